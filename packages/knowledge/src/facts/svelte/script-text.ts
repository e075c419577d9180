const component = /^[A-Z][\w$]*(?:\.[\w$]+)*|^[a-z_$][\w$]*\.[A-Z][\w$]*/;
const opening = /^(?:#(?:if|each|await|key)|@(?:html|render|attach)|:else if|:then|:catch)?\s*/;

interface Component {
  readonly source: string;
  readonly closing: Int32Array;
  /** The text so far. */
  readonly kept: string[];
}

/**
 * A component as one TypeScript text of the same length and lines: its scripts as they are, and from its markup the
 * names of components and the expressions in braces. Everything else is blank.
 */
export function scriptText(source: string): string {
  const text: Component = { source, closing: closingBraces(source), kept: [] };
  const { kept } = text;
  let at = 0;
  while (at < source.length) {
    const start = nextOf(source, at);
    kept.push(blank(source.slice(at, start)));
    if (start === source.length) break;
    const end = part(text, start);
    at = Math.max(end, start + 1);
  }
  return kept.join('');
}

function nextOf(source: string, at: number): number {
  for (let index = at; index < source.length; index += 1)
    if (source[index] === '<' || source[index] === '{') return index;
  return source.length;
}

/** Adds one tag, comment, script or expression; returns where it ends. */
function part(text: Component, start: number): number {
  const { source, kept } = text;
  if (source[start] === '{') return expression(text, start);
  if (source.startsWith('<!--', start)) return skip(text, start, '-->');
  const tag = /^<(script|style)\b/.exec(source.slice(start, start + 8))?.[1];
  if (tag === 'style') return skip(text, start, '</style');
  if (tag === 'script') {
    const open = source.indexOf('>', start);
    if (open < 0) return skip(text, start, '>');
    const close = source.indexOf('</script', open);
    const end = close < 0 ? source.length : close;
    kept.push(blank(source.slice(start, open)), ';', source.slice(open + 1, end));
    return end;
  }
  const name = component.exec(source.slice(start + 1, start + 200))?.[0];
  if (name === undefined) {
    kept.push(' ');
    return start + 1;
  }
  const after = start + 1 + name.length;
  const next = source[after] ?? '';
  kept.push(';', name, next === '\n' || next === '' ? next : ';');
  return after + next.length;
}

function skip({ source, kept }: Component, start: number, until: string): number {
  const found = source.indexOf(until, start);
  const end = found < 0 ? source.length : found + until.length;
  kept.push(blank(source.slice(start, end)));
  return end;
}

/** `{name}`, `{#if name}`, `{#each names as name}`: the expression alone, in parentheses. */
function expression({ source, closing, kept }: Component, start: number): number {
  const end = closing[start] ?? -1;
  if (end < 0) {
    kept.push(' ');
    return start + 1;
  }
  const inner = source.slice(start + 1, end);
  const lead = opening.exec(inner)?.[0].length ?? 0;
  const body = inner.slice(lead);
  if (/^[#/:@]|^\.\.\./.test(body) || body.trim() === '') {
    kept.push(blank(source.slice(start, end + 1)));
    return end + 1;
  }
  const isEach = inner.startsWith('#each');
  const cut = isEach ? body.search(/\sas\s/) : body.search(/\s(?:then|catch)\s/);
  const length = cut < 0 ? body.length : cut;
  const tail = blank(body.slice(length));
  endStatement(kept);
  kept.push(lead === 0 ? '(' : `${blank(inner.slice(0, lead))}(`, body.slice(0, length), tail, ')');
  return end + 1;
}

/** A parenthesis behind another one would be a call: the blank before it ends the statement. */
function endStatement(kept: string[]): void {
  const last = kept.at(-1);
  if (last?.endsWith(' ') === true) kept[kept.length - 1] = `${last.slice(0, -1)};`;
}

/** The closing brace of every opening one that has any; one pass, however they are nested. */
function closingBraces(source: string): Int32Array {
  const closing = new Int32Array(source.length).fill(-1);
  const open: number[] = [];
  for (let at = 0; at < source.length; at += 1) {
    if (source[at] === '{') open.push(at);
    else if (source[at] === '}') {
      const start = open.pop();
      if (start !== undefined) closing[start] = at;
    }
  }
  return closing;
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

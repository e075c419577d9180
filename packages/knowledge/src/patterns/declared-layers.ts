/** A rule of a document: the files of one module import none of another. */
export interface DeclaredLayer {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

const MOST_LAYERS = 100;
/** A longer text is no list of rules. */
const LONGEST = 1 << 16;

const name = '`[^`\\n]{1,200}`';
const names = `${name}(?:(?:,|,? and|,? or|,? nor)\\s{1,20}${name}){0,20}`;
const sentence = new RegExp(
  `(${names})\\s{1,20}(?:must|may|shall)\\s{1,20}(?:not|never)\\s{1,20}import\\s{1,20}(?:from\\s{1,20})?(${names})([^.;\\n]{0,100})`,
  'g',
);
/** A rule with an exception is not this rule. */
const exception = /\b(?:except|unless|but|other than|outside|without|only|if|when|while|until)\b/i;

/**
 * The rules that a document declares in this plain form: `a` must not import `b`. Both are folders or files of the
 * repository, from its root or from the folder of the document, or names of packages. There may be several of each, joined
 * by commas, "and" and "or", and the sentence may go on over the end of a line. One with an exception is left to people.
 */
export function declaredLayers(text: string): DeclaredLayer[] {
  if (text.length > LONGEST || !/\bimport\b/.test(text)) return [];
  const prose = withoutBlocks(text);
  const found: DeclaredLayer[] = [];
  for (const match of prose.matchAll(sentence)) {
    const [, before = '', after = '', rest = ''] = match;
    if (exception.test(rest)) continue;
    const line = prose.slice(0, match.index).split('\n').length;
    for (const from of namesIn(before))
      for (const to of namesIn(after)) if (found.length < MOST_LAYERS) found.push({ from, to, line });
  }
  return found;
}

/** Blocks of code show examples. Their lines stay, empty, so that the others keep their numbers. */
function withoutBlocks(text: string): string {
  let fence = '';
  return text
    .split('\n')
    .map((line) => {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (mark === undefined) return fence === '' ? line : '';
      if (fence === '') fence = mark;
      else if (mark.startsWith(fence)) fence = '';
      return '';
    })
    .join('\n');
}

const namesIn = (list: string): string[] =>
  [...list.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each.trim().replace(/^\.\/|\/(?:\*{1,2})?$/g, ''));

type Token = 'any' | ((character: string) => boolean);

/**
 * A pattern as gitignore has it: without a slash inside it counts at any depth; a folder counts with all below it.
 * Not a regular expression: those of a hostile repository would take for ever, this takes pattern times path at most.
 */
export function pathGlob(glob: string): (path: string) => boolean {
  const anchored = glob.replace(/\/$/, '').includes('/');
  const names = glob.replace(/^\//, '').replace(/\/$/, '').split('/');
  const pattern = (anchored ? names : ['**', ...names]).map((name) =>
    name === '**' ? ('deep' as const) : tokensOf(name),
  );
  return (path) => {
    const parts = path.split('/');
    // reached[i]: whether what was read of the pattern can end before part i.
    let reached = parts.map((_, index) => index === 0).concat(false);
    for (const step of pattern) {
      const next = reached.map(() => false);
      for (let index = 0; index < reached.length; index += 1) {
        if (step === 'deep') next[index] = reached[index] === true || next[index - 1] === true;
        else if (reached[index] === true && index < parts.length && matches(step, parts[index] ?? ''))
          next[index + 1] = true;
      }
      if (!next.includes(true)) return false;
      reached = next;
    }
    // A trailing ** asks for something below; any other end counts with all below it.
    return pattern.at(-1) === 'deep' && pattern.length > 1
      ? reached.lastIndexOf(true) > reached.indexOf(true)
      : reached.includes(true);
  };
}

function tokensOf(name: string): Token[] {
  const tokens: Token[] = [];
  for (const [found] of name.matchAll(/\\[^]|\[!?\]?[^\]]*\]|\*+|[^]/gu)) {
    if (found.startsWith('*')) tokens.push('any');
    else if (found === '?') tokens.push(() => true);
    else if (found.startsWith('[') && found.length > 2) tokens.push(oneOf(found.slice(1, -1)));
    else tokens.push((character) => character === found.replace(/^\\(?=.)/su, ''));
  }
  return tokens;
}

function oneOf(inside: string): (character: string) => boolean {
  const not = /^[!^]/.test(inside);
  const ranges = [...(not ? inside.slice(1) : inside).matchAll(/([^])-([^])|([^])/gu)].map(
    ([, from, to, single]) => [from ?? single ?? '', to ?? single ?? ''] as const,
  );
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== not;
}

/** Goes back to the last star only, so that many stars cost no more than one. */
function matches(tokens: readonly Token[], name: string): boolean {
  const characters = [...name];
  let at = 0;
  let token = 0;
  let star = -1;
  let resume = 0;
  while (at < characters.length) {
    const wanted = tokens[token];
    if (wanted === 'any') {
      star = token;
      resume = at;
      token += 1;
    } else if (wanted?.(characters[at] ?? '') === true) {
      at += 1;
      token += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      token = star + 1;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === 'any');
}

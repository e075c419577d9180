/** One character that a glob asks for: this one, one of a class, any, or any number of them. */
export type GlobCharacter = { readonly literal: string } | ((character: string) => boolean) | 'any';

/** Reads one name of a glob, in time proportional to its length. */
export function charactersOf(name: string): (GlobCharacter | 'many')[] {
  const found: (GlobCharacter | 'many')[] = [];
  const letters = [...name];
  // Without a closing bracket further on, each opening one is a character of the name.
  const lastClosing = letters.lastIndexOf(']');
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? '';
    if (letter === '*') {
      if (found.at(-1) !== 'many') found.push('many');
    } else if (letter === '?') found.push('any');
    else if (letter === '\\' && at + 1 < letters.length) {
      at += 1;
      found.push({ literal: letters[at] ?? '' });
    } else if (letter === '[') {
      const end = closingBracket(letters, at, lastClosing);
      if (end === null) found.push({ literal: letter });
      else {
        found.push(classOf(letters.slice(at + 1, end)));
        at = end;
      }
    } else found.push({ literal: letter });
  }
  return found;
}

/** A bracket right behind the opening one, or behind its negation, is a member of the class. */
function closingBracket(letters: readonly string[], open: number, lastClosing: number): number | null {
  let at = open + 1;
  if (letters[at] === '!' || letters[at] === '^') at += 1;
  if (letters[at] === ']' && lastClosing > at) at += 1;
  if (lastClosing < at) return null;
  const end = letters.indexOf(']', at);
  return end === open + 1 ? null : end;
}

function classOf(inside: readonly string[]): (character: string) => boolean {
  const isNot = inside[0] === '!' || inside[0] === '^';
  const members = isNot ? inside.slice(1) : inside;
  const ranges: [from: string, to: string][] = [];
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] ?? '';
    if (members[at + 1] === '-' && at + 2 < members.length) {
      ranges.push([from, members[at + 2] ?? '']);
      at += 2;
    } else ranges.push([from, from]);
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== isNot;
}

import { codeWords } from './code-words.ts';
import { remembered } from './remembered.ts';

/** Words that hold a sentence together and say nothing of what it is about. */
const fillers = new Set(
  `a an the of to in on for and or not is are be by with as at from this that it its if else when which will can may has
have into than then there each any so such no do does we you your they them their was were been being these those what
how why who where should would could must whether`.split(/\s+/),
);

/** Whether a word says nothing of what a text is about. */
export function isFiller(word: string): boolean {
  return fillers.has(word);
}

/** The words that a text is found by: those of code, without fillers, each cut to its stem. */
export function searchWords(text: string): string {
  return codeWords(text)
    .split(' ')
    .filter((word) => word !== '' && !fillers.has(word))
    .map(stemOf)
    .join(' ');
}

/** The common start of English words of one family: rendering, renders and rendered are one. The same words come again and again. */
export const stemOf = remembered(stem, 500_000);

function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let left = word.replace(/ie[sd]?$/, 'y').replace(/(ss|us|is)$|s$/, (_end, kept?: string) => kept ?? '');
  left = left
    .replace(/(?:ization|isation)$/, 'ize')
    .replace(/(?:ations?|ators?)$/, 'ate')
    .replace(/(?:ments?|ness)$/, '');
  // Twice, because `renders` ends with one of them and `rendered` with two.
  for (let time = 0; time < 2; time += 1)
    left = left.replace(/(?:ing|ed|er|or|ly)$/, (end) => (left.length - end.length >= 3 ? '' : end));
  return left.replace(/(.)\1$/, '$1').replace(/e$/, '');
}

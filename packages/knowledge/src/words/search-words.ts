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

const ENDINGS = [
  ...['', 'e', 's', 'es', 'ed', 'ing', 'ings', 'er', 'ers', 'or', 'ors', 'ly', 'ment', 'ments', 'ness'],
  ...['ion', 'ions', 'ation', 'ations', 'ator', 'ators'],
];
const ENDINGS_AFTER_TWO = ['', 'ed', 'ing', 'ings', 'er', 'ers', 'or', 'ors'];
const ENDINGS_FOR_Y = ['ie', 'ies', 'ied'];

/** The words of a family as they are written, by its stem: a path is indexed by its words and not by their stems. */
export const wordsOfStem = remembered((stem: string): readonly string[] => {
  if (!/^[a-z]+$/.test(stem)) return [stem];
  const written = [
    ...ENDINGS.map((ending) => stem + ending),
    ...ENDINGS_AFTER_TWO.map((ending) => stem + stem.slice(-1) + ending),
    ...(stem.endsWith('y') ? ENDINGS_FOR_Y.map((ending) => stem.slice(0, -1) + ending) : []),
  ];
  return [stem, ...new Set(written.filter((word) => word !== stem && stemOf(word) === stem))];
}, 10_000);

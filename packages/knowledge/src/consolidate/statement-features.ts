import { isFiller } from '../words/search-words.ts';
import { nameKey } from '../rank/name-key.ts';
import { codeWords } from '../words/code-words.ts';
import { stemOf } from '../words/search-words.ts';
import { signedWords, type SignedWord } from './statement-signs.ts';

/** The parts of a statement by which it is compared with others. */
export interface StatementFeatures {
  /** Content words with their signs. */
  readonly words: ReadonlyMap<string, 1 | -1>;
  /** Content words of conditions and reasons. */
  readonly asides: ReadonlySet<string>;
  /** Numbers with their units, as far as the statement affirms them, and those that it denies. */
  readonly numbers: ReadonlySet<string>;
  readonly deniedNumbers: ReadonlySet<string>;
  /** Names in the style of code that it affirms, folded, and all that it mentions. */
  readonly identifiers: ReadonlySet<string>;
  readonly mentioned: ReadonlySet<string>;
  /** Proper names: words with a capital letter where prose has none. */
  readonly names: ReadonlySet<string>;
  /** Whether it says of itself that it corrects something earlier. */
  readonly isCorrection: boolean;
}

/** Words that carry a statement, and say nothing of its subject. */
const CARRIERS = new Set(
  `use uses used using decide decided agree agreed choose chose settled decision problem trouble pain issue solution fix lesson
learned learn note remember correction correct update turned turn out really just always now again still please time way thing
keep keeps kept team get gets got make makes made go goes went need needs let lets set sets take takes took come comes have having
every each only also both more most very much many some here there our us i my me one after before over instead rather than be
been become true wrong mistaken stand stands superseded supersedes scratch earlier previously formerly replace replaces replaced
by with through via per about into it its long short good bad better best well per run runs find found see seen say said says wrote
write follow following rule ever cost costs hours day days week today tomorrow yesterday because so sure work works worked working
require requires required prefer preferred favour favor pick reach stick know known hold holds held mean means meant help helps
helped want wants call called part point whole reason result case kind lot bit anything something everything nothing right`
    .split(/\s+/)
    .map(stemOf),
);

const CORRECTS =
  /\b(corrections?|corrected|erratum|scratch that|was (wrong|mistaken)|were (wrong|mistaken)|is wrong now|no longer (true|holds|valid|applies|stands)|not true any ?more|supersed(es|ed|ing)|replaces (the|our|my) (earlier|older|previous|last|old)|(contrary|in contrast) to (what|our|my|the) |we (wrote|said|noted|claimed|believed|thought|assumed)|used to be|revised|revision|update:|it turns out|turned out|as of (today|now)|instead of what|retract(s|ed)?|take(s)? back|disregard)/i;

const WORD_NUMBERS: Readonly<Record<string, string>> = Object.fromEntries(
  'zero one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, value) => [word, String(value)]),
);
const UNITS: Readonly<Record<string, string>> = {
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  ms: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  min: 'min',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  h: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  kb: 'kb',
  mb: 'mb',
  megabyte: 'mb',
  megabytes: 'mb',
  gb: 'gb',
  gigabyte: 'gb',
  gigabytes: 'gb',
  percent: '%',
  '%': '%',
};
const NUMBER = /^v?(\d[\d,.]*)([a-z%]*)$/;
const DATE = /^\d{4}-\d{2}(-\d{2})?$/;
const CODE_STYLE = /[_$@/\\]|\w\.\w|\w::\w|\(\)$|\p{Ll}\p{Lu}|^\p{Lu}{2,}\d*$|^--?\w/u;

/** Reads what a statement says, and of what. */
export function featuresOf(statement: string): StatementFeatures {
  const signed = signedWords(statement);
  const words = new Map<string, 1 | -1>();
  const numbers = new Set<string>();
  const deniedNumbers = new Set<string>();
  const identifiers = new Set<string>();
  const mentioned = new Set<string>();
  const names = new Set<string>();
  const asides = new Set<string>();
  const inTicks = new Set(
    [...statement.matchAll(/`([^`\n]{1,80})`/g)].map(([, code]) => nameKey(code ?? '')),
  );
  for (const [index, token] of signed.entries()) {
    const number = numberOf(signed, index);
    if (number !== null) {
      (token.sign > 0 ? numbers : deniedNumbers).add(number);
      continue;
    }
    if (isUnitOf(signed, index)) continue;
    const key = nameKey(token.given);
    if (key === '') continue;
    if (CODE_STYLE.test(token.given) || inTicks.has(key)) {
      mentioned.add(key);
      if (token.sign > 0) identifiers.add(key);
    }
    for (const word of contentWords(token)) {
      if (!words.has(word)) words.set(word, token.sign);
      if (token.isAside) asides.add(word);
      if (!token.isFirst && /^\p{Lu}\p{Ll}/u.test(token.given)) names.add(word);
    }
  }
  return {
    words,
    asides,
    numbers,
    deniedNumbers,
    identifiers,
    mentioned,
    names,
    isCorrection: CORRECTS.test(statement),
  };
}

function contentWords({ given, word }: SignedWord): string[] {
  const parts = codeWords(given).split(' ');
  const stems = parts.length <= 1 ? [word] : parts.map(stemOf);
  return stems.filter((stem) => stem !== '' && !isFiller(stem) && !CARRIERS.has(stem));
}

function numberOf(tokens: readonly SignedWord[], index: number): string | null {
  const given = tokens[index]?.given.toLowerCase() ?? '';
  if (DATE.test(given)) return null;
  const [, digits, glued] = NUMBER.exec(given) ?? [];
  const value = digits === undefined ? WORD_NUMBERS[given] : digits.replaceAll(',', '').replace(/\.$/, '');
  // `One` alone is an article more often than a number.
  if (value === undefined || (digits === undefined && value === '1')) return null;
  const next = tokens[index + 1]?.given.toLowerCase() ?? '';
  const unit = glued === '' || glued === undefined ? UNITS[next] : (UNITS[glued] ?? glued);
  return unit === undefined ? value : `${value}${unit}`;
}

/** Whether a token is the unit of the number before it, and says nothing beyond it. */
function isUnitOf(tokens: readonly SignedWord[], index: number): boolean {
  return (
    UNITS[tokens[index]?.given.toLowerCase() ?? ''] !== undefined &&
    index > 0 &&
    numberOf(tokens, index - 1) !== null
  );
}

import { stemOf } from '../words/search-words.ts';

/** A word of a statement and whether it is affirmed: the tool that is not to be used has a minus. */
export interface SignedWord {
  readonly word: string;
  readonly sign: 1 | -1;
  /** How it was written. */
  readonly given: string;
  /** The first word of its sentence, where a capital letter says nothing. */
  readonly isFirst: boolean;
  /** Whether it stands in a condition or a reason, which is affirmed even where the rest is denied. */
  readonly isAside: boolean;
}

const TOKEN = /[\p{L}\p{N}_$@/\\.:#-]*[\p{L}\p{N}_$](?:\(\))?|,|;|:|—|–|\(|\)/gu;

/** Words that turn what a clause says into its opposite. */
const NEGATIONS = new Set(
  `not never no none neither nor cannot without avoid avoids avoided avoiding stop forbid forbids forbidden ban bans banned
unable off against lack lacks lacking refuse refuses prevent prevents hardly isnt arent wasnt werent dont doesnt didnt wont wouldnt
shouldnt mustnt cant couldnt hasnt havent hadnt neednt`.split(/\s+/),
);
/** Pairs of words of which one affirms and the other denies the same. */
const DENIALS: Readonly<Record<string, string>> = {
  disable: 'enable',
  disabled: 'enabled',
  disables: 'enables',
  disabling: 'enabling',
  disallow: 'allow',
  disallowed: 'allowed',
  deny: 'allow',
  denied: 'allowed',
  unsafe: 'safe',
  impossible: 'possible',
  unnecessary: 'necessary',
  unneeded: 'needed',
  optional: 'required',
  incorrect: 'correct',
  unstable: 'stable',
  unreliable: 'reliable',
  insufficient: 'sufficient',
  disagree: 'agree',
  dislike: 'like',
  unsupported: 'supported',
};
/** Words between clauses. */
const CLAUSE = new Set([
  ',',
  ';',
  ':',
  '—',
  '–',
  '(',
  ')',
  'because',
  'but',
  'since',
  'so',
  'which',
  'although',
  'though',
  'unless',
  'until',
  'if',
  'when',
  'whenever',
  'while',
  'once',
  'as',
  'then',
]);
/** Prepositions at which what is rejected ends: the purpose is common to both. */
const PURPOSE = new Set([
  'for',
  'in',
  'on',
  'when',
  'to',
  'during',
  'of',
  'at',
  'as',
  'if',
  'because',
  'whenever',
]);

/** Words that begin a condition or a reason. */
const ASIDE = new Set([
  'because',
  'since',
  'if',
  'when',
  'whenever',
  'while',
  'once',
  'although',
  'though',
  'as',
  'until',
]);

interface Token {
  readonly given: string;
  readonly lower: string;
  readonly isFirst: boolean;
}

/** The words of a statement with their signs, without its marks and without words between clauses. */
export function signedWords(statement: string): SignedWord[] {
  const tokens = tokensOf(statement);
  const clauses = clausesOf(tokens);
  const negated = clauses.map(({ words }) => words.filter(({ lower }) => isDenial(lower)).length % 2 === 1);
  // `Without a lock it does not start` affirms the lock: two denials that stand for one condition.
  const isCondition = ({ words }: Clause) => ['without', 'unless'].includes(words[0]?.lower ?? '');
  const flipsAll = clauses.some(
    (clause, at) => isCondition(clause) && negated.some((other, index) => other && index !== at),
  );
  return clauses.flatMap((clause, index) => wordsOf(clause, negated[index] === true && !flipsAll ? -1 : 1));
}

function tokensOf(statement: string): Token[] {
  const plain = statement
    .replaceAll(/(\p{L})['’](?=t\b)/gu, '$1')
    .replaceAll(/\bno longer\b/gi, 'not')
    .replaceAll(/\b(is|are|was|does|do|did|will|should|must|can|could) (n[o']t)\b/gi, '$1 not')
    .replaceAll(/[*`"“”‘’]+/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return [...plain.matchAll(TOKEN)].map(([given], index) => ({
    given: given.replace(/[.:]+$/, ''),
    lower: given.toLowerCase().replace(/(?<=.)[.:]+$/, ''),
    isFirst: index === 0,
  }));
}

interface Clause {
  readonly words: Token[];
  readonly isAside: boolean;
}

function clausesOf(tokens: readonly Token[]): Clause[] {
  const clauses: Clause[] = [{ words: [], isAside: false }];
  for (const token of tokens) {
    if (CLAUSE.has(token.lower)) clauses.push({ words: [], isAside: ASIDE.has(token.lower) });
    if (!CLAUSE.has(token.lower) || token.lower === 'unless') clauses.at(-1)?.words.push(token);
  }
  return clauses.filter(({ words }) => words.length > 0);
}

const isDenial = (word: string): boolean => NEGATIONS.has(word) || DENIALS[word] !== undefined;

/** How a connecting word divides a clause: the sign of what stands before it, and of what follows. */
interface Connector {
  readonly before: 1 | -1;
  readonly after: 1 | -1;
  readonly words: number;
}

const rejectsNext = (words: number): Connector => ({ before: 1, after: -1, words });
const rejectsLast = (words: number): Connector => ({ before: -1, after: 1, words });
const CONNECTORS: Readonly<Record<string, Connector>> = {
  'instead of': rejectsNext(2),
  'rather than': rejectsNext(2),
  before: rejectsNext(1),
  after: rejectsLast(1),
  'replaced by': rejectsLast(2),
  'replaced with': rejectsLast(2),
  replaces: rejectsNext(1),
  replaced: rejectsNext(1),
};

function connectorAt(clause: readonly Token[], at: number): Connector | null {
  const [word = '', next = ''] = [clause[at]?.lower, clause[at + 1]?.lower];
  const chooses = clause.some(({ lower }) => /^(prefer|favou?r|choose|chose|pick|take)/.test(lower));
  if (word === 'over') return chooses && at > 0 ? rejectsNext(1) : null;
  return CONNECTORS[`${word} ${next}`] ?? CONNECTORS[word] ?? null;
}

/** Where the connector of a clause stands, if it has one. */
function connectorOf(clause: readonly Token[]): (Connector & { readonly at: number }) | null {
  for (const at of clause.keys()) {
    const found = connectorAt(clause, at);
    if (found !== null) return { ...found, at };
  }
  return null;
}

function wordsOf({ words: clause, isAside }: Clause, clauseSign: 1 | -1): SignedWord[] {
  const connector = connectorOf(clause);
  const words: SignedWord[] = [];
  let role: 1 | -1 = connector?.before ?? 1;
  let isFormer = false;
  for (const [index, { lower, given, isFirst }] of clause.entries()) {
    if (connector !== null && index >= connector.at && index < connector.at + connector.words) {
      role = connector.after;
      continue;
    }
    // A purpose is common to both sides, so it has none.
    if (connector !== null && PURPOSE.has(lower)) role = 1;
    isFormer = isFormerAfter(lower, { next: clause[index + 1]?.lower, isFormer });
    if (NEGATIONS.has(lower)) continue;
    const sign = clauseSign * role * (isFormer ? -1 : 1);
    words.push({ word: stemOf(DENIALS[lower] ?? lower), sign: sign < 0 ? -1 : 1, given, isFirst, isAside });
  }
  return words;
}

/** Whether the words from here on say how things were, and not how they are. */
function isFormerAfter(
  word: string,
  { next, isFormer }: { next: string | undefined; isFormer: boolean },
): boolean {
  if (/^(formerly|previously|earlier)$/.test(word) || (word === 'used' && next === 'to')) return true;
  return isFormer && word !== 'now' && word !== 'and';
}

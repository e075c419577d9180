import type { Authority } from '../rules/rule-file.ts';
import { nameKey } from './name-key.ts';
import { askedNames, NAME_MATCH, nameMatch, type AskedNames } from './name-match.ts';
import { fileKey } from './file-key.ts';
import { pathKind, type PathKind } from './path-kind.ts';
import { RANK_WEIGHTS, likenessWeight } from './rank-weights.ts';
import type { ReadQuestion } from './read-question.ts';
import { rarity, scoreWords, type AskedWord, type WordFields } from './word-score.ts';

/** The reason why something is a hit. */
export type MatchReason = 'SYMBOL' | 'WORDS' | 'MEANING' | 'PATH';

/** A passage at a place that may answer a question. */
export interface Candidate {
  readonly kind: 'CODE' | 'DOC' | 'LETTER' | 'NOTE' | 'INSIGHT';
  /** The identity of its text. */
  readonly hash: string;
  readonly path: string | null;
  /** Which file on which branch: what coherence and saturation go by. */
  readonly file: string;
  readonly symbol: string | null;
  readonly title: string;
  readonly parents: readonly string[];
  /** The qualified names of what it defines. */
  readonly names: readonly string[];
  readonly generated: boolean;
  readonly tokens: number;
  readonly lines: number;
  /** How often each word of the question stands in it, in the question's order. */
  readonly mentions: readonly number[];
  /** The cosine of its vector with the question's; null where it has none. */
  readonly likeness: number | null;
  /** How binding the document is that it belongs to. */
  readonly authority?: Authority | null;
}

/** A candidate with its place in the order. */
export interface Ranked<C extends Candidate = Candidate> {
  readonly candidate: C;
  readonly score: number;
  readonly reasons: readonly MatchReason[];
  /** Further places of the same text. */
  readonly alsoAt: readonly C[];
}

/** The figures about the whole collection. */
export interface Collection {
  readonly passages: number;
  /** How many passages have each word of the question. */
  readonly held: readonly number[];
  readonly model: string | null;
}

/** How a question is answered. */
export type RankMode = 'HYBRID' | 'SEMANTIC' | 'KEYWORD';

interface Scored<C extends Candidate> {
  readonly candidate: C;
  readonly words: number;
  readonly coverage: number;
  readonly named: number;
  readonly inPath: boolean;
  /** Whether the name that is the whole question is that of its file. */
  readonly isFile: boolean;
  score: number;
}

/** A hit that has less than this share of the question's weight is not there for its words. */
const COVERED = 0.25;
/** A cosine below this is chance, and no meaning. */
const LIKE = 0.05;

/** Orders candidates, best first: words, meaning and names added by their values, then what is known of files. */
export function rankCandidates<C extends Candidate>(
  question: ReadQuestion,
  candidates: readonly C[],
  { collection, mode }: { readonly collection: Collection; readonly mode: RankMode },
): Ranked<C>[] {
  const asked: AskedWord[] = question.words.map((one, index) => ({
    ...one,
    held: collection.held[index] ?? 0,
  }));
  const weights = rarity(asked, collection.passages);
  const names = askedNames(question);
  // Sums of fractions depend on their order, which is that of the database's plan.
  const scored = [...candidates].sort(order).map((candidate): Scored<C> => {
    const { score, coverage } = scoreWords(fieldsOf(candidate), asked, weights);
    return {
      candidate,
      words: score,
      coverage,
      named: namedBy(candidate, names),
      inPath: question.files.some((file) => isNamed(candidate.path, file)),
      isFile: question.isName && candidate.path !== null && names.keys.includes(fileKey(candidate.path)),
      score: 0,
    };
  });
  addUp(scored, question, { model: collection.model, mode });
  liftFiles(scored, question);
  cohere(scored);
  return collapsed(saturated(scored), { mode, filtered: filterReason(question) });
}

/** Whether a path ends in a file of that name: `auth.ts` is not `oauth.ts`. */
function isNamed(path: string | null, file: string): boolean {
  return (
    path !== null && path.endsWith(file) && (path.length === file.length || path.at(-file.length - 1) === '/')
  );
}

/** The head of a passage is among the words of its text, so its containers and headings need no field of their own. */
function fieldsOf({ mentions, tokens, symbol, path, names }: Candidate): WordFields {
  const defined = names.map((name) => name.slice(name.lastIndexOf('.') + 1)).join(' ');
  return { mentions, tokens, symbol: defined === '' ? (symbol ?? '') : defined, path: path ?? '' };
}

/** How surely a candidate defines what the question names; it only begins so where the definition of that name began before. */
function namedBy({ names: own, symbol }: Candidate, asked: AskedNames): number {
  if (asked.keys.length === 0) return 0;
  const symbolKey = nameKey(symbol ?? '');
  const isBegun = own.length === 0 && symbolKey !== '' && asked.keys.includes(symbolKey);
  const begun: number = isBegun ? NAME_MATCH.begins : NAME_MATCH.none;
  return own.reduce((best, name) => Math.max(best, nameMatch(name, symbolKey, asked)), begun);
}

function addUp<C extends Candidate>(
  scored: readonly Scored<C>[],
  question: ReadQuestion,
  { model, mode }: { readonly model: string | null; readonly mode: RankMode },
): void {
  const best = Math.max(1e-9, ...scored.map(({ words }) => words));
  const byModel = mode === 'SEMANTIC' ? RANK_WEIGHTS.likeness : likenessWeight(model);
  const byMode = mode === 'KEYWORD' ? 0 : byModel;
  const likeness = question.isName ? Math.min(byMode, RANK_WEIGHTS.likenessOfNames) : byMode;
  const known = scored.flatMap(({ candidate }) => (candidate.likeness === null ? [] : [candidate.likeness]));
  const unlike = Math.min(0, ...known);
  const definesInCode = scored.some(({ named, candidate }) => isNamedBy(named) && candidate.kind === 'CODE');
  for (const one of scored) {
    const { candidate } = one;
    one.score =
      (mode === 'SEMANTIC' ? 0 : one.words / best) +
      likeness * (candidate.likeness ?? unlike) +
      nameBonus(one, question, definesInCode) +
      (one.inPath ? RANK_WEIGHTS.fileMentioned : 0) +
      liftOf(one) -
      stepBack(candidate, question.asksFor);
  }
}

/** Of a file that has the name which is the whole question, the best passage stands for the file. */
function liftFiles<C extends Candidate>(
  scored: readonly Scored<C>[],
  question: Pick<ReadQuestion, 'asksFor'>,
): void {
  const files = Map.groupBy(
    scored.filter(({ isFile, candidate }) => isFile && !isAside(candidate, question)),
    ({ candidate }) => candidate.file,
  );
  for (const passages of files.values()) {
    const best = passages.reduce((a, b) => (b.score > a.score ? b : a));
    if (!isNamedBy(best.named)) best.score += RANK_WEIGHTS.fileNamed;
  }
}

/** A passage with an authority comes before one that says the same without; one that hardly matches is not lifted. */
function liftOf<C extends Candidate>({ candidate, coverage }: Scored<C>): number {
  const { authority = null } = candidate;
  return authority === null || coverage < COVERED ? 0 : RANK_WEIGHTS.authority[authority];
}

/** Where a definition of a name is seldom the one that is meant. */
const asides: ReadonlySet<PathKind> = new Set(['test', 'example', 'typing']);
/** The keys of data are named like code, and nothing could call them. */
const DATA = /\.(?:ya?ml|json[c5]?|toml|xml|ini|properties)$/i;

/** Whether a candidate defines the name, rather than one that begins so. */
const isNamedBy = (named: number): boolean => named >= NAME_MATCH.inside;

function nameBonus<C extends Candidate>(
  { named, candidate }: Scored<C>,
  question: Pick<ReadQuestion, 'isName' | 'names' | 'asksFor'>,
  definesInCode: boolean,
): number {
  if (named === NAME_MATCH.none) return 0;
  if (!isNamedBy(named)) return question.isName ? RANK_WEIGHTS.namePrefix : 0;
  // A heading of that name explains it; the definition itself comes first where there is one.
  const isDefinition = candidate.kind === 'CODE' || !definesInCode;
  if (!question.isName) return isDefinition ? RANK_WEIGHTS.namedInside : RANK_WEIGHTS.namedInside / 2;
  if (!isDefinition) return RANK_WEIGHTS.namedWhole / 10;
  return RANK_WEIGHTS.namedWhole + sureness(named, isAside(candidate, question), question);
}

/** The part of the bonus by which definitions of one name differ. */
function sureness(named: number, aside: boolean, { names }: Pick<ReadQuestion, 'names'>): number {
  const { namedSurely, namedAsWritten, namedAside } = RANK_WEIGHTS;
  const isMain = named === NAME_MATCH.main || named === NAME_MATCH.mainAsWritten;
  // Small letters are quickly typed, and may stand for any case: then a test is not meant for them alone.
  const isMeant = !aside || names.some((name) => /[^\p{Ll}\p{N}]/u.test(name));
  return (
    (isMain ? namedSurely : 0) +
    (named >= NAME_MATCH.insideAsWritten && isMeant ? namedAsWritten : 0) -
    (aside ? namedAside : 0)
  );
}

function isAside({ path }: Candidate, { asksFor }: Pick<ReadQuestion, 'asksFor'>): boolean {
  const kind = path === null ? 'source' : pathKind(path);
  return (asides.has(kind) && !asksFor.has(kind)) || DATA.test(path ?? '');
}

/** How far a candidate steps back for the kind of its file. */
function stepBack(candidate: Candidate, asksFor: ReadonlySet<PathKind>): number {
  const { kinds, reExport } = RANK_WEIGHTS;
  const kind = candidate.path === null ? 'source' : pathKind(candidate.path);
  const byPath = asksFor.has(kind) ? 0 : kinds[kind];
  const generated = candidate.generated && !asksFor.has('generated') ? kinds.generated : 0;
  return Math.max(byPath, generated) + (isReExport(candidate) ? reExport : 0);
}

/** A passage of imports or of names that are passed on defines nothing, though it holds many names. */
function isReExport({ kind, title, symbol, names }: Candidate): boolean {
  return (
    kind === 'CODE' &&
    symbol === null &&
    names.length === 0 &&
    /^(import|export\s*(\*|\{|type \{)|from\s+\S+\s+import|use\s|require|#include|package\s|mod\s|pub (use|mod)\s)/.test(
      title,
    )
  );
}

/** The best passage of a file gains by what its others say. */
function cohere<C extends Candidate>(scored: readonly Scored<C>[]): void {
  const sums = new Map<string, number>();
  const best = new Map<string, Scored<C>>();
  for (const one of scored) {
    const { file } = one.candidate;
    const value = Math.min(3, Math.max(0, one.score));
    sums.set(file, (sums.get(file) ?? 0) + value * value);
    const first = best.get(file);
    if (first === undefined || one.score > first.score) best.set(file, one);
  }
  const most = Math.max(1e-9, ...sums.values());
  for (const [file, one] of best) one.score += (RANK_WEIGHTS.coherence * (sums.get(file) ?? 0)) / most;
}

/** Best first; further passages of a file that has been shown step back, so that one file does not fill the page. */
function saturated<C extends Candidate>(scored: readonly Scored<C>[]): Scored<C>[] {
  const shown = new Map<string, number>();
  const ordered = [...scored].sort((a, b) => b.score - a.score || order(a.candidate, b.candidate));
  for (const one of ordered) {
    const before = shown.get(one.candidate.file) ?? 0;
    one.score -= RANK_WEIGHTS.saturation * Math.min(before, 3);
    shown.set(one.candidate.file, before + 1);
  }
  return ordered.sort((a, b) => b.score - a.score || order(a.candidate, b.candidate));
}

function order(a: Candidate, b: Candidate): number {
  if (a.path !== b.path) return (a.path ?? '') < (b.path ?? '') ? -1 : 1;
  return a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0;
}

/** The same text at several places is one hit that names the others. What has no reason at all is no hit. */
function collapsed<C extends Candidate>(
  scored: readonly Scored<C>[],
  { mode, filtered }: { readonly mode: RankMode; readonly filtered: MatchReason | null },
): Ranked<C>[] {
  const first = new Map<string, { ranked: Ranked<C>; others: C[] }>();
  const hits: Ranked<C>[] = [];
  const lowest = Math.min(0, ...scored.map(({ score }) => score));
  for (const one of scored) {
    const same = first.get(one.candidate.hash);
    if (same !== undefined) {
      same.others.push(one.candidate);
      continue;
    }
    const reasons = reasonsOf(one, mode);
    if (reasons.length === 0 && filtered === null) continue;
    const others: C[] = [];
    // Callers compare scores with zero, and what steps back may fall below it.
    const ranked = {
      candidate: one.candidate,
      score: one.score - lowest + 1e-6,
      reasons: reasons.length === 0 && filtered !== null ? [filtered] : reasons,
      alsoAt: others,
    };
    first.set(one.candidate.hash, { ranked, others });
    hits.push(ranked);
  }
  return hits;
}

/** The reason of a hit that only operators let through. */
function filterReason({ filters }: ReadQuestion): MatchReason | null {
  if (filters.phrases.length > 0 || filters.pattern !== null) return 'WORDS';
  return filters.paths.length > 0 || filters.languages.length > 0 ? 'PATH' : null;
}

function reasonsOf<C extends Candidate>(one: Scored<C>, mode: RankMode): MatchReason[] {
  const { candidate, named } = one;
  const byWords = mode === 'SEMANTIC' ? null : wordReason(one);
  const isLike = mode !== 'KEYWORD' && (candidate.likeness ?? 0) > LIKE;
  const reasons: MatchReason[] = isNamedBy(named) ? ['SYMBOL'] : [];
  // A word or two of a long question are no reason where meaning is one.
  if (byWords !== null && (byWords.covers || (!isLike && reasons.length === 0))) reasons.push(byWords.reason);
  if (isLike) reasons.push('MEANING');
  return reasons;
}

/** Whether words of the question stand in the text, or only in the path, name or title. */
function wordReason<C extends Candidate>({
  candidate,
  words,
  coverage,
  inPath,
}: Scored<C>): { reason: MatchReason; covers: boolean } | null {
  if (words === 0 && !inPath) return null;
  const isInText = candidate.mentions.some((count) => count > 0);
  return { reason: isInText && !inPath ? 'WORDS' : 'PATH', covers: inPath || coverage >= COVERED };
}

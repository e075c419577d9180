import {
  matchedDefinition,
  rankCandidates,
  type Collection,
  type MatchReason,
  type RankMode,
  type ReadQuestion,
} from '@project-sync/knowledge';
import type { Sql } from '../database/database.ts';
import { facetsOf, type SearchFacets } from './search-facets.ts';
import {
  findCandidates,
  type CandidateOrigin,
  type FoundCandidate,
  type SearchedScope,
} from './find-candidates.ts';
import { placedEntry, type PlacedEntry } from './memory-scope.ts';
import { readTexts } from './read-texts.ts';
import type { WordCounts } from './word-counts.ts';

/** A question as search takes it. */
export interface MemoryQuery {
  readonly question: ReadQuestion;
  readonly vector: Float32Array | null;
  readonly model: string | null;
  readonly mode: RankMode;
  readonly first: number;
  readonly offset: number;
  /** The counts of words that this process remembers. */
  readonly counts?: WordCounts | undefined;
}

/** One hit with its score, which is comparable within one search alone. */
export interface MemoryHit {
  readonly entry: PlacedEntry;
  /** The definition in the entry that the question is about; its own symbol and title where no other one is. */
  readonly symbol: string | null;
  readonly title: string;
  readonly score: number;
  readonly reasons: readonly MatchReason[];
  /** Paths of further places that hold the same text. */
  readonly alsoAt: readonly string[];
  /** The repository it stands in; null for notes and insights. */
  readonly origin: CandidateOrigin | null;
}

/** A page of hits, and what is known of all of them. */
export interface MemoryHits {
  readonly hits: readonly MemoryHit[];
  readonly total: number;
  /** False where only the best were counted: then there are at least `total`. */
  readonly isTotalExact: boolean;
  /** Whether no hit has the words or names of the question: then all are only near in meaning. */
  readonly nearestOnly: boolean;
  readonly facets: SearchFacets;
}

/** Finds what answers a question, best first. */
export async function searchMemory(sql: Sql, scope: SearchedScope, query: MemoryQuery): Promise<MemoryHit[]> {
  return [...(await searchPage(sql, scope, query)).hits];
}

/** Finds a page of what answers a question, with what is known of the rest. */
export async function searchPage(sql: Sql, scope: SearchedScope, query: MemoryQuery): Promise<MemoryHits> {
  const { question, mode, counts } = query;
  const vector = mode === 'KEYWORD' || query.model === null ? null : query.vector;
  const hasFilters = filtersNarrow(question);
  const ways = {
    words: mode !== 'SEMANTIC' && question.words.length > 0,
    names: question.names.length > 0,
    meaning: vector !== null && question.text !== '',
    filters: hasFilters,
  };
  if (!Object.values(ways).includes(true)) return nothing;
  const found = await findCandidates(sql, scope, { question, ways, vector, model: query.model, counts });
  // Without a vector a search by meaning can only go by names.
  const ranked = rankCandidates(question, found.candidates, {
    collection: found.collection,
    mode: rankedBy(mode, vector),
  });
  const page = ranked.slice(query.offset, query.offset + query.first);
  const texts = await readTexts(
    sql,
    scope.projectId,
    page.map(({ candidate }) => candidate.hash),
  );
  return {
    hits: page.map(({ candidate, score, reasons, alsoAt }) => ({
      entry: entryOf(scope.projectId, candidate, texts.get(candidate.hash) ?? ''),
      ...nameOfHit(candidate, question, found.collection),
      score,
      reasons,
      origin: candidate.origin,
      alsoAt: [
        ...new Set(alsoAt.flatMap(({ path }) => (path === null || path === candidate.path ? [] : [path]))),
      ],
    })),
    total: ranked.length,
    isTotalExact: found.isComplete,
    nearestOnly:
      ranked.length > 0 && ranked.every(({ reasons }) => reasons.every((reason) => reason === 'MEANING')),
    facets: facetsOf(ranked.map(({ candidate }) => candidate)),
  };
}

const nothing: MemoryHits = {
  hits: [],
  total: 0,
  isTotalExact: true,
  nearestOnly: false,
  facets: { repositories: [], languages: [], kinds: [], folders: [] },
};

function rankedBy(mode: RankMode, vector: Float32Array | null): RankMode {
  return vector === null && mode === 'HYBRID' ? 'KEYWORD' : mode;
}

/** Whether the operators alone say enough to list what they let through. */
function filtersNarrow({ filters, words }: ReadQuestion): boolean {
  const narrows =
    filters.phrases.length > 0 ||
    filters.pattern !== null ||
    filters.symbols.length > 0 ||
    filters.paths.length > 0 ||
    filters.languages.length > 0;
  return filters.pattern !== null || filters.phrases.length > 0 || (narrows && words.length === 0);
}

/** An entry joins small neighbours and has the name of the largest; a hit is named by the one that the question is about. */
function nameOfHit(
  candidate: FoundCandidate,
  question: ReadQuestion,
  collection: Collection,
): Pick<MemoryHit, 'symbol' | 'title'> {
  const { symbol, title } = candidate;
  const matched = matchedDefinition(candidate, question, collection);
  return matched === null ? { symbol, title } : { symbol: matched, title: matched };
}

function entryOf(projectId: string, { record }: FoundCandidate, content: string): PlacedEntry {
  return placedEntry(projectId, { ...record, content });
}

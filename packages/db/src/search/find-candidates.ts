import {
  nameKey,
  searchWords,
  wordsOfStem,
  type Candidate,
  type Collection,
  type ReadQuestion,
} from '@project-sync/knowledge';
import { parsePath, pathFromBytes, pathToBytes, showPath } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';
import { DbError } from '../database/db-error.ts';
import { vectorBytes } from '../database/vector-bytes.ts';
import { CANDIDATES, candidateSql, PATTERN_TIMED_OUT, type Ways } from './candidate-sql.ts';
import { filterPlaces, type FilterSearch } from './filter-places.ts';
import { candidateRecords, type CandidateColumns, type CandidateRecord } from './candidate-rows.ts';
import type { EntryRecord, MemoryScope } from './memory-scope.ts';
import { asWritten, mentionsIn, type AskedWords } from './mentions-in.ts';
import { unknownCounts, type WordCounts } from './word-counts.ts';
import { wantedParameters, type WantedSnapshots } from './search-snapshots.ts';

/** The snapshots that are searched, and what narrows them. */
export interface SearchedScope extends MemoryScope {
  /** Snapshots of other repositories, beside the first. */
  readonly furtherSnapshots?: readonly { readonly branchId: string; readonly number: number }[];
  /** The conditions that find the snapshots, in place of a list: the same statement then resolves them. */
  readonly wanted?: WantedSnapshots;
  readonly languages?: readonly string[] | null;
  /** Null takes files of every kind, true tests alone, false everything else. */
  readonly tests?: boolean | null;
  /** Whether generated pages are searched beside files. */
  readonly pages?: boolean;
  /** How many seconds a `/pattern/` may take before the search fails; 5 where nothing is given. */
  readonly patternSeconds?: number;
}

/** A candidate, with the row that it was read from. */
export interface FoundCandidate extends Candidate {
  readonly record: EntryRecord;
  /** The repository it stands in; null for notes and insights. */
  readonly origin: CandidateOrigin | null;
}

/** Where a candidate comes from, and how fresh that is. */
export interface CandidateOrigin {
  readonly repositoryId: string;
  readonly repositoryName: string;
  readonly commitOid: string | null;
  readonly isCurrent: boolean;
}

/** Candidates, and what is known of where they come from. */
export interface FoundCandidates {
  readonly candidates: readonly FoundCandidate[];
  readonly collection: Collection;
  /** Whether nothing else in the scope could be a hit. */
  readonly isComplete: boolean;
}

/** The one row of the statement. */
interface CandidateAnswer extends CandidateColumns, Record<string, unknown> {
  readonly facts: CandidateFacts;
}

/** Facts that hold for the whole answer to a question. */
interface CandidateFacts {
  readonly by_words?: number;
  readonly by_path?: number;
  readonly by_name?: number;
  readonly by_meaning?: number;
  readonly by_filter?: number;
  readonly passages?: number;
  readonly held?: readonly number[];
  readonly newest?: string | null;
  /** The searched snapshots by their branches. */
  readonly branches: Readonly<Record<string, BranchRecord>> | null;
}

interface BranchRecord {
  readonly commit_oid: string | null;
  readonly is_current: boolean;
  readonly repository_id: string;
  readonly repository_name: string;
}

/** The ways in which a question is compared with passages. */
export interface Compared {
  readonly ways: Ways;
  readonly vector: Float32Array | null;
  readonly model: string | null;
  /** The counts of words that this process remembers; without them each search counts anew. */
  readonly counts?: WordCounts | undefined;
}

/** Finds what may answer a question, by its words, names and meaning. */
export async function findCandidates(
  sql: Sql,
  scope: SearchedScope,
  { question, ways, vector, model, counts }: Compared & { readonly question: ReadQuestion },
): Promise<FoundCandidates> {
  const answer = await readAnswer(sql, {
    ways,
    places: { isNamed: scope.wanted !== undefined, pages: scope.pages ?? true },
    seconds: scope.patternSeconds ?? PATTERN_SECONDS,
    parameters: (patternSeconds) =>
      parametersOf({ ...scope, patternSeconds }, { question, vector, model, counts }),
  }).catch((error: unknown) => {
    throw tookTooLong(error, question) ?? error;
  });
  const rows = answer === undefined ? [] : candidateRecords(answer);
  // Where nothing is found, nothing is known.
  const facts = rows.length === 0 || answer === undefined ? noFacts : answer.facts;
  const words = question.words.map(({ word }) => word);
  const written = asWritten(words);
  learnFrom(facts, { projectId: scope.projectId, words, counts });
  const origins = originsOf(facts);
  return {
    candidates: rows.map((row) => candidateOf(row, written, origins)),
    collection: { passages: facts.passages ?? 1, held: facts.held ?? [], model },
    isComplete: !ways.meaning && wereAllFound(facts),
  };
}

const noFacts: CandidateFacts = { branches: null };

/** Remembers the counts of words that a statement found. */
function learnFrom(
  { newest, held }: CandidateFacts,
  { projectId, words, counts }: { projectId: string; words: readonly string[] } & Pick<Compared, 'counts'>,
): void {
  if (newest != null && held !== undefined) counts?.learn(projectId, words, { held, newest: BigInt(newest) });
}

/** Reads what operators let through piece by piece, then everything else in one statement. */
async function readAnswer(
  sql: Sql,
  { ways, ...search }: FilterSearch & { readonly ways: Ways },
): Promise<CandidateAnswer | undefined> {
  const { places, seconds, parameters } = search;
  const letThrough = ways.filters ? await filterPlaces(sql, search) : [];
  // On the embedded database planning took a fifth of a search.
  const options = { planOnce: true };
  const [answer] = await sql.query<CandidateAnswer>(
    candidateSql(ways, places),
    [...parameters(seconds), ...letThrough],
    options,
  );
  return answer;
}

/** Whether no way of looking ended at its limit. */
function wereAllFound(facts: CandidateFacts): boolean {
  const { by_words: words = 0, by_path: paths = 0, by_name: names = 0, by_filter: filters = 0 } = facts;
  return (
    words < CANDIDATES.words &&
    paths < CANDIDATES.paths &&
    names < CANDIDATES.names &&
    filters < CANDIDATES.filters
  );
}

/** Seconds that a pattern may take: on the embedded database nothing else is answered meanwhile. */
const PATTERN_SECONDS = 5;

function tookTooLong(cause: unknown, { filters }: ReadQuestion): DbError | null {
  if (
    filters.pattern === null ||
    !(cause instanceof Error) ||
    Reflect.get(cause, 'code') !== PATTERN_TIMED_OUT
  )
    return null;
  return new DbError(
    'PATTERN_TIMED_OUT',
    `The pattern /${filters.pattern}/ took too long to compare with every passage. Use a simpler pattern, or search for a "phrase".`,
    { cause },
  );
}

function parametersOf(
  scope: SearchedScope,
  { question, vector, model, counts }: Omit<Compared, 'ways'> & { readonly question: ReadQuestion },
): unknown[] {
  const { filters } = question;
  const words = question.words.map(({ word }) => word);
  const known = counts?.of(scope.projectId, words) ?? unknownCounts(words);
  const snapshots = [...(scope.snapshot === null ? [] : [scope.snapshot]), ...(scope.furtherSnapshots ?? [])];
  const prefix =
    scope.pathPrefix === null || scope.pathPrefix === '' ? null : pathToBytes(parsePath(scope.pathPrefix));
  const languages = [...(scope.languages ?? []), ...filters.languages].map((language) =>
    language.toLowerCase(),
  );
  return [
    scope.projectId,
    snapshots.map(({ branchId }) => branchId),
    snapshots.map(({ number }) => number),
    scope.kinds === null ? null : [...scope.kinds],
    prefix,
    words.map(lexeme),
    vector === null ? null : vectorBytes(vector),
    model,
    nameQueries(question),
    listOrNull(languages.map((language) => aliases[language] ?? language)),
    listOrNull(filters.paths.map(pathPattern)),
    scope.tests ?? null,
    filters.excluded.length === 0 ? null : filters.excluded.map(excludedWord).join(' | '),
    listOrNull(filters.phrases.map((phrase) => `%${phrase.replaceAll(/[\\%_]/g, '\\$&')}%`)),
    filters.pattern,
    filters.symbols.length === 0 ? null : filters.symbols.map((name) => lexeme(nameKey(name))).join(' & '),
    ...wantedParameters(scope.wanted ?? noSnapshots),
    scope.patternSeconds ?? PATTERN_SECONDS,
    known.held,
    known.newest,
    words.map((word) => wordsOfStem(word).map(lexeme).join(' | ')),
  ];
}

const listOrNull = (texts: readonly string[]): readonly string[] | null =>
  texts.length === 0 ? null : texts;

/** A word in the form that passages are indexed by: of an identifier the whole, and not each of its parts. */
function excludedWord(word: string): string {
  return lexeme(searchWords(word).split(' ')[0] ?? word.toLowerCase());
}

const noSnapshots: WantedSnapshots = { syncId: null, repositoryIds: null, branch: null, names: [] };

const aliases: Record<string, string> = {
  ts: 'typescript',
  js: 'javascript',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  cs: 'csharp',
  'c#': 'csharp',
  'c++': 'cpp',
  golang: 'go',
  md: 'markdown',
  yml: 'yaml',
  sh: 'bash',
};

/** Each name exactly, and a name that is the whole question also by its beginning. */
function nameQueries({ names, isName }: ReadQuestion): string[] {
  return names.flatMap((name) => {
    const key = nameKey(name);
    return isName && key.length >= 4 ? [lexeme(key), `${lexeme(key)}:*`] : [lexeme(key)];
  });
}

/** A pattern for `path:`: a part of the path, or with stars a glob. */
function pathPattern(given: string): string {
  const escaped = given.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  if (!/[*?]/.test(given)) return escaped;
  const glob = escaped
    .replaceAll(/\*\*\/?/g, '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll('\0', '(.*/)?');
  return `(^|/)${glob}$`;
}

/** A word as a query of full text search takes it, whatever stands in it. */
function lexeme(word: string): string {
  return `'${word.replaceAll('\0', '').replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function candidateOf(row: CandidateRecord, asked: AskedWords, origins: Origins): FoundCandidate {
  return {
    // The words are long, and a candidate outlives the ranking.
    record: { ...row, words: null },
    origin: row.branch_id === null ? null : (origins.get(row.branch_id) ?? null),
    kind: row.kind,
    hash: row.hash,
    path: row.path === null ? null : showPath(pathFromBytes(row.path)),
    file: fileOf(row),
    symbol: row.symbol,
    title: row.title,
    parents: row.parents,
    names: row.names,
    generated: row.generated,
    tokens: row.tokens,
    lines: (row.end_line ?? 0) - (row.start_line ?? 0) + 1,
    mentions: row.words === null ? [] : mentionsIn(row.words, asked),
    likeness: row.distance === null ? null : 1 - row.distance,
    authority: row.authority,
  };
}

/** The sections of a document belong together, as those of a file do. */
function fileOf({ id, file_id: fileId, document_id: documentId }: CandidateRecord): string {
  if (fileId !== null) return String(fileId);
  return documentId == null ? `entry ${id}` : `document ${documentId}`;
}

type Origins = ReadonlyMap<string, CandidateOrigin>;

/** The origins of what stands on a branch, by its id. */
function originsOf({ branches }: CandidateFacts): Origins {
  return new Map(
    Object.entries(branches ?? {}).map(([id, branch]) => [
      id,
      {
        repositoryId: branch.repository_id,
        repositoryName: branch.repository_name,
        commitOid: branch.commit_oid,
        isCurrent: branch.is_current,
      },
    ]),
  );
}

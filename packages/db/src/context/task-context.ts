import {
  assembleContext,
  documentExcerpt,
  openTokenCounter,
  rankForTask,
  TOKENIZER,
  type AssembledContext,
  type BudgetTooSmall,
  type ContextDocument,
  type ContextPassage,
  type CountTokens,
  type Ranked,
  type ReadQuestion,
} from '@project-sync/knowledge';
import { plannedOnce } from '../database/planned-once.ts';
import type { SnapshotKey } from '../reads/snapshot-file.ts';
import type { TenantReads } from '../reads/tenant-reads.ts';
import { findCandidates, type FoundCandidate } from '../search/find-candidates.ts';
import type { MemoryHit } from '../search/search-memory.ts';
import { readTexts } from '../search/read-texts.ts';
import { placedEntry } from '../search/memory-scope.ts';
import type { WordCounts } from '../search/word-counts.ts';
import {
  chooseDocuments,
  documentTexts,
  listDocuments,
  type ChosenDocuments,
  type ListedDocument,
} from './context-documents.ts';
import { surroundingsOf } from './passage-surroundings.ts';

/** A task, as it was read, and what it is known to touch. */
export interface TaskQuestion {
  readonly question: ReadQuestion;
  readonly vector: Float32Array | null;
  readonly model: string | null;
  /** The paths that the task touches; empty where the caller named none. */
  readonly paths: readonly string[];
  readonly maxTokens: number;
  /** The counts of words that this process remembers. */
  readonly counts?: WordCounts | undefined;
}

/** The context of a task at one snapshot. */
export interface TaskContext extends AssembledContext {
  readonly tokenizer: string;
  /** The documents whose text stands in it. */
  readonly ruleIds: readonly string[];
  readonly documentIds: readonly string[];
  /** The passages that stand in it, best first. */
  readonly hits: readonly MemoryHit[];
}

/** Passages that are read and may stand in a context: at 8,000 tokens about thirty fit. */
const PASSAGES = 60;
/** The first of them get their surroundings. */
const SURROUNDED = 10;
/** The files whose folders decide which rules bind where a task names no path. */
const TOUCHED = 8;
const DOCUMENT_TOKENS = 700;

const place = `
  SELECT r.name AS repository, b.name AS branch, s.commit_oid, s.analyzed_at IS NOT NULL AS analysed
    FROM project_sync s
    JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id
    JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
   WHERE s.project_id = $1 AND s.branch_id = $2 AND s.number = $3`;

type Reads = Pick<TenantReads, 'inProject'>;

/** Reads all that serves a task and puts it together. The same snapshot, task, paths and budget give the same bytes. */
export async function taskContext(
  reads: Reads,
  snapshot: SnapshotKey,
  task: TaskQuestion,
): Promise<TaskContext | BudgetTooSmall> {
  const count = await openTokenCounter();
  // The right to the project is checked once, and not again for each of the steps that build on one another.
  return reads.inProject(snapshot.projectId, (sql) => {
    // Every context asks the same statements, which look up what they are given: planning took longer than most of them.
    const planned = plannedOnce(sql);
    return contextOf({ inProject: (_projectId, read) => read(planned) }, snapshot, { ...task, count });
  });
}

async function contextOf(
  reads: Reads,
  snapshot: SnapshotKey,
  { count, ...task }: TaskQuestion & { readonly count: CountTokens },
): Promise<TaskContext | BudgetTooSmall> {
  const [found, listedDocuments, where] = await Promise.all([
    rankedPassages(reads, snapshot, task),
    reads.inProject(snapshot.projectId, (sql) => listDocuments(sql, snapshot)),
    reads.inProject(snapshot.projectId, (sql) =>
      sql.query<{ repository: string; branch: string; commit_oid: string; analysed: boolean }>(place, [
        snapshot.projectId,
        snapshot.branchId,
        snapshot.number,
      ]),
    ),
  ]);
  const words = new Set(task.question.words.map(({ word }) => word));
  const touched = task.paths.length > 0 ? task.paths : pathsOf(found).slice(0, TOUCHED);
  const chosen = chooseDocuments(listedDocuments, { paths: touched, words });
  const ranked = withoutDocuments(found, chosen);
  const [passages, documents] = await Promise.all([
    readPassages(reads, snapshot, ranked),
    readDocuments(reads, snapshot, { chosen, words, count }),
  ]);
  const [at] = where;
  const assembled = assembleContext(
    {
      repository: at?.repository ?? '',
      branch: at?.branch ?? '',
      commitOid: at?.commit_oid ?? '',
      isAnalysed: at?.analysed ?? false,
      rules: documents.rules,
      passages: passages.map(({ shown }) => shown),
      documents: documents.others.map(({ shown }) => shown),
    },
    { maxTokens: task.maxTokens, count },
  );
  if (assembled.kind === 'too-small') return assembled;
  return {
    ...assembled,
    tokenizer: TOKENIZER,
    omitted: assembled.omitted + Math.max(0, ranked.length - passages.length),
    ruleIds: chosen.rules.map(({ id }) => id),
    documentIds: assembled.documents.flatMap((index) => documents.others[index]?.id ?? []),
    hits: assembled.passages.flatMap((index) => passages[index]?.hit ?? []),
  };
}

const pathsOf = (ranked: readonly Ranked<FoundCandidate>[]): string[] => [
  ...new Set(ranked.flatMap(({ candidate }) => candidate.path ?? [])),
];

/** A file that stands among the documents does not stand among the passages too. */
function withoutDocuments(
  ranked: readonly Ranked<FoundCandidate>[],
  { rules, others }: ChosenDocuments,
): Ranked<FoundCandidate>[] {
  const files = new Set(
    [...rules, ...others].flatMap(({ kind, path }) => (kind === 'REPOSITORY' ? (path ?? []) : [])),
  );
  return ranked.filter(({ candidate: { path } }) => path === null || !files.has(path));
}

/** Passages that may serve, files spread over the list. Nothing to look for is no error: rules and documents may still bind. */
export async function rankedPassages(
  reads: Reads,
  { projectId, branchId, number }: SnapshotKey,
  { question, vector, model, counts }: Pick<TaskQuestion, 'question' | 'vector' | 'model' | 'counts'>,
): Promise<Ranked<FoundCandidate>[]> {
  const meaning = model === null ? null : vector;
  const ways = {
    words: question.words.length > 0,
    names: question.names.length > 0,
    meaning: meaning !== null && question.text !== '',
    filters: false,
  };
  if (!Object.values(ways).includes(true)) return [];
  // Pages stand among the documents of a context, so they take no place among the passages.
  const scope = { projectId, snapshot: { branchId, number }, kinds: null, pathPrefix: null, pages: false };
  const found = await reads.inProject(projectId, (sql) =>
    findCandidates(sql, scope, { question, ways, vector: meaning, model, counts }),
  );
  return rankForTask(question, found.candidates, {
    collection: found.collection,
    mode: meaning === null ? 'KEYWORD' : 'HYBRID',
  });
}

interface ReadPassage {
  readonly hit: MemoryHit;
  readonly shown: ContextPassage;
}

async function readPassages(
  reads: Reads,
  snapshot: SnapshotKey,
  ranked: readonly Ranked<FoundCandidate>[],
): Promise<ReadPassage[]> {
  const first = ranked.slice(0, PASSAGES);
  const code = first.slice(0, SURROUNDED).map(({ candidate }) => {
    const { record, path } = candidate;
    const { file_id: fileId, start_line: startLine, end_line: endLine } = record;
    const isPlaced = candidate.kind === 'CODE' && fileId !== null && path !== null;
    return isPlaced ? { fileId, path, startLine: startLine ?? 1, endLine: endLine ?? 1 } : null;
  });
  const placed = code.filter((one) => one !== null);
  const [texts, around] = await Promise.all([
    reads.inProject(snapshot.projectId, (sql) =>
      readTexts(
        sql,
        snapshot.projectId,
        first.map(({ candidate }) => candidate.hash),
      ),
    ),
    surroundingsOf(reads, snapshot, placed),
  ]);
  return first.map(({ candidate, score, reasons, alsoAt }, index) => {
    const content = texts.get(candidate.hash) ?? '';
    const entry = placedEntry(snapshot.projectId, { ...candidate.record, content });
    const at = code[index];
    return {
      hit: {
        entry,
        // A task is about more than one definition, so a passage keeps its own name.
        symbol: entry.symbol,
        title: entry.title,
        score,
        reasons,
        origin: candidate.origin,
        alsoAt: [...new Set(alsoAt.flatMap(({ path }) => (path === entry.path ? [] : (path ?? []))))],
      },
      shown: {
        path: entry.path,
        title: entry.title,
        symbol: entry.symbol,
        language: entry.language,
        startLine: entry.startLine,
        endLine: entry.endLine,
        text: content,
        surroundings: at == null ? [] : (around[placed.indexOf(at)] ?? []),
      },
    };
  });
}

async function readDocuments(
  reads: Reads,
  { projectId }: SnapshotKey,
  {
    chosen,
    words,
    count,
  }: { readonly chosen: ChosenDocuments; readonly words: ReadonlySet<string>; readonly count: CountTokens },
) {
  const ids = [...chosen.rules, ...chosen.others].map(({ id }) => id);
  const texts = await reads.inProject(projectId, (sql) => documentTexts(sql, projectId, ids));
  const others = chosen.others.flatMap((document): { id: string; shown: ContextDocument }[] => {
    const found = documentExcerpt(texts.get(document.id) ?? '', words, { maxTokens: DOCUMENT_TOKENS, count });
    return found === null ? [] : [{ id: document.id, shown: { ...named(document), ...found } }];
  });
  const rules = chosen.rules.map((document) => ({
    ...named(document),
    content: texts.get(document.id) ?? '',
  }));
  return { rules, others };
}

const named = ({ title, path, scope, authority }: ListedDocument) => ({ title, path, scope, authority });

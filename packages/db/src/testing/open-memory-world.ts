import {
  classifyPath,
  createSplitter,
  decodeContent,
  parseIgnoreRules,
  REDACTION_VERSION,
  readQuestionOrThrow,
  SPLIT_VERSION,
  type Splitter,
} from '@project-sync/knowledge';
import type { ContentReader, PassageEmbedder } from '@project-sync/sync';
import { searchMemory, type MemoryHit, type MemoryQuery } from '../search/search-memory.ts';
import { openSyncWorld, type SyncWorld, type SyncWorldOptions } from './open-sync-world.ts';
import type { TestDatabase } from './open-test-database.ts';
import type { SyncRow } from './sync-rows.ts';

/** A sync of a memory world after its end. */
export type EndedSync = SyncRow;

/** A world that reads contents as the product does, with searches over what it read. */
export interface MemoryWorld extends SyncWorld {
  /** The lines that the worker and the background jobs logged. */
  readonly logged: readonly unknown[];
  /** Searches a snapshot, or the whole project. */
  search(
    text: string,
    snapshot: Pick<SyncRow, 'branch_id' | 'number'> | null,
    query?: SearchOptions,
  ): Promise<MemoryHit[]>;
}

type SearchOptions = Partial<MemoryQuery> & { kinds?: readonly string[]; pathPrefix?: string };

/** Opens a world with the real splitter, redaction and background jobs. */
export async function openMemoryWorld(
  { database, url }: Pick<TestDatabase, 'database' | 'url'>,
  embedder: PassageEmbedder,
  options: Pick<SyncWorldOptions, 'projectId' | 'concurrency' | 'repositories' | 'enrichments'> &
    Partial<Pick<ContentReader, 'split' | 'version'>> = {},
): Promise<MemoryWorld> {
  const { version = { split: SPLIT_VERSION, redaction: REDACTION_VERSION }, split, ...rest } = options;
  const splitter = createSplitter();
  const logged: unknown[] = [];
  const record = (fields: object, message: string) => void logged.push({ ...fields, message });
  const world = await openSyncWorld({
    database,
    url,
    embedder,
    log: { info: record, error: record },
    reader: {
      version,
      classifier: (files) => {
        const rules = parseIgnoreRules(files);
        return (path) => classifyPath(path, rules);
      },
      decode: decodeContent,
      split: split ?? splitBy(splitter),
    },
    ...rest,
  });
  const close = world.close.bind(world);
  return Object.assign(world, {
    logged,
    search: searchWith(world, embedder),
    async close() {
      await close();
      await splitter.close();
    },
  });
}

function splitBy(splitter: Splitter): ContentReader['split'] {
  return async ({ onFacts, ...input }) => {
    if (onFacts === undefined) return splitter.split(input);
    const { entries, facts } = await splitter.splitWithFacts(input);
    onFacts(facts);
    return entries;
  };
}

function searchWith({ database, projectId }: SyncWorld, embedder: PassageEmbedder): MemoryWorld['search'] {
  return async (text, snapshot, { kinds = null, pathPrefix = null, ...query } = {}) => {
    let vector: Float32Array | null = null;
    const asked = { signal: AbortSignal.timeout(10_000), purpose: 'query' } as const;
    if (text !== '' && query.mode !== 'KEYWORD')
      for await (const [one] of embedder.embed([text], asked)) vector = one?.vector ?? null;
    return searchMemory(
      database.system,
      {
        projectId,
        snapshot: snapshot === null ? null : { branchId: snapshot.branch_id, number: snapshot.number },
        kinds,
        pathPrefix,
      },
      {
        question: readQuestionOrThrow(text),
        vector,
        model: embedder.model,
        mode: 'HYBRID',
        first: 10,
        offset: 0,
        ...query,
      },
    );
  };
}

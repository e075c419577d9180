import { factsOfText, hasFacts } from '@project-sync/knowledge';
import { analyzePhase, showPath, pathFromBytes, type ContentReader } from '@project-sync/sync';
import { insertRepository } from './insert-rows.ts';
import { lineReader } from './line-reader.ts';
import {
  openSyncWorld,
  type SyncWorld,
  type SyncWorldOptions,
  type WorldRepository,
} from './open-sync-world.ts';

const dialects: Readonly<Record<string, string>> = {
  ts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  py: 'python',
  json: 'json',
  md: 'markdown',
};

/** A reader that keeps every text, names its language by the extension, and finds the facts of code as the product's does. */
export const codeReader: ContentReader = {
  ...lineReader,
  async split({ text, dialect, onFacts }) {
    onFacts?.(await factsOfText({ text, dialect }));
    return [];
  },
  classifier: () => (path) => {
    const dialect = dialects[path.slice(path.lastIndexOf('.') + 1)] ?? 'text';
    return { language: dialect, dialect, ignored: null };
  },
};

/** Opens a world whose syncs analyse the code. */
export function openAnalysisWorld(options: SyncWorldOptions = {}): Promise<SyncWorld> {
  return openSyncWorld({
    reader: codeReader,
    enrichments: [analyzePhase({ readFacts: factsOfText, hasFacts })],
    ...options,
  });
}

/** The links of one file as they are stored. */
export interface StoredLinks extends Record<string, unknown> {
  readonly path: string;
  readonly added: number;
  readonly imports: readonly {
    readonly import: number;
    readonly path: string | null;
    readonly packageName: string | null;
  }[];
  readonly references: readonly {
    readonly line: number;
    readonly kind: string;
    readonly origin: string;
    readonly path: string;
    readonly key: string;
    readonly inside: string | null;
  }[];
  readonly reads: readonly bigint[];
}

/** The links of every file of an analysed snapshot, in byte order of the path. */
export async function storedLinks(
  world: SyncWorld,
  { branch_id: branchId, number }: { readonly branch_id: string; readonly number: number },
): Promise<StoredLinks[]> {
  const rows = await world.database.system.query<Omit<StoredLinks, 'path'> & { path: Uint8Array }>(
    `SELECT f.path, f.oid, f.dialect, f.added, l.imports, l."references", l.reads FROM file_link f
       JOIN link_set l ON l.project_id = f.project_id AND l.id = f.link_set_id
       JOIN project_sync s ON s.project_id = f.project_id AND s.branch_id = f.branch_id AND s.number = $3 AND s.analyzed_at IS NOT NULL
      WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)
      ORDER BY f.path`,
    [world.projectId, branchId, number],
  );
  return rows.map((row) => ({ ...row, path: showPath(pathFromBytes(row.path)) }) as StoredLinks);
}

/** Analyses the head of a branch anew, in a repository of its own. */
async function freshSync(world: SyncWorld, { at }: Pick<WorldRepository, 'at'>, branch: string) {
  const id = await insertRepository(world.database, world.projectId, `${at.path}#${crypto.randomUUID()}`);
  world.adopt(id, at);
  return world.sync(id, branch);
}

/** The links of a fresh analysis. */
export async function freshLinks(
  world: SyncWorld,
  repository: Pick<WorldRepository, 'at'>,
  branch: string,
): Promise<StoredLinks[]> {
  return storedLinks(world, await freshSync(world, repository, branch));
}

/** A pattern as it is stored. */
export interface StoredPattern extends Record<string, unknown> {
  readonly detector: string;
  readonly title: string;
  readonly subject: string;
  readonly places: readonly (readonly [path: string, startLine: number, endLine: number])[];
  readonly added: number;
  readonly first_seen: number;
  readonly appeared: boolean;
}

/** The patterns of a snapshot, in the order of detector and subject. */
export function storedPatterns(
  world: SyncWorld,
  { branch_id: branchId, number }: { readonly branch_id: string; readonly number: number },
): Promise<StoredPattern[]> {
  return world.database.system.query<StoredPattern>(
    `SELECT p.detector, p.kind, p.severity, p.certainty, p.title, p.description, p.suggestion, p.subject, p.hash, p.places,
            p.added, p.first_seen, p.appeared
       FROM pattern p
       JOIN project_sync s ON s.project_id = p.project_id AND s.branch_id = p.branch_id AND s.number = $3 AND s.patterns_at IS NOT NULL
      WHERE p.project_id = $1 AND p.branch_id = $2 AND p.added <= $3 AND (p.superseded IS NULL OR p.superseded > $3)
      ORDER BY p.detector, p.subject COLLATE "C"`,
    [world.projectId, branchId, number],
  );
}

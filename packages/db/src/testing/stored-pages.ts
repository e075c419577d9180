import { decodeAs, type CheckedSnapshot, type Citation } from '@project-sync/knowledge';
import { pathFromBytes, showPath } from '@project-sync/sync';
import type { SyncWorld } from './open-sync-world.ts';
import type { SyncRow } from './sync-rows.ts';

/** A generated page as readers see it. */
export interface StoredPage {
  readonly path: string;
  readonly title: string;
  readonly content: string;
  readonly citations: readonly Citation[];
  /** The sync that wrote the text. */
  readonly writtenBy: string;
}

const pages = `
  SELECT d.path, d.title, b.content, b.encoding, d.citations, d.sync_id FROM document d
    JOIN blob b ON b.project_id = d.project_id AND b.oid = d.oid
   WHERE d.project_id = $1 AND d.branch_id = $2 AND d.kind = 'GENERATED' AND d.added <= $3 AND (d.superseded IS NULL OR d.superseded > $3)
   ORDER BY d.path`;

/** The generated pages of a snapshot by their paths. */
export async function storedPages(
  world: SyncWorld,
  { branch_id: branchId, number }: Pick<SyncRow, 'branch_id' | 'number'>,
): Promise<Map<string, StoredPage>> {
  const rows = await world.database.system.query<{
    path: string;
    title: string;
    content: Uint8Array;
    encoding: string;
    citations: Citation[];
    sync_id: string;
  }>(pages, [world.projectId, branchId, number]);
  return new Map(
    rows.map(({ path, title, content, encoding, citations, sync_id: writtenBy }) => [
      path,
      { path, title, content: decodeAs(content, encoding), citations, writtenBy },
    ]),
  );
}

const files = `
  SELECT f.path, b.content, b.encoding FROM repository_file f
    LEFT JOIN blob b ON b.project_id = f.project_id AND b.oid = f.oid
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)`;
const names = `
  SELECT DISTINCT s.name, s.qualified_name FROM repository_file f
    JOIN code_symbol s ON s.project_id = f.project_id AND s.oid = f.oid AND s.dialect = f.dialect
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added <= $3 AND (f.superseded IS NULL OR f.superseded > $3)`;

/** Everything of a snapshot that the statements of a page are checked against. */
export async function checkedSnapshot(
  world: SyncWorld,
  { branch_id: branchId, number }: Pick<SyncRow, 'branch_id' | 'number'>,
): Promise<CheckedSnapshot> {
  const place = [world.projectId, branchId, number];
  const { system } = world.database;
  const rows = await system.query<{ path: Uint8Array; content: Uint8Array | null; encoding: string | null }>(
    files,
    place,
  );
  const symbols = await system.query<{ name: string; qualified_name: string }>(names, place);
  const known = new Set(symbols.flatMap((row) => [row.name, row.qualified_name]));
  const texts = new Map(
    rows.map(({ path, content, encoding }) => [
      showPath(pathFromBytes(path)),
      content === null || encoding === null ? null : decodeAs(content, encoding),
    ]),
  );
  const paths = new Set([...texts.keys()].flatMap(withFolders));
  return {
    isPath: (path) => paths.has(path),
    isSymbol: (name) => known.has(name),
    textOf: (path) => texts.get(path) ?? null,
  };
}

function withFolders(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SPLIT_VERSION, type Embedder } from '@project-sync/knowledge';
import type { Database } from '../src/database/database.ts';
import { openEmbedded } from '../src/database/embedded/open-embedded.ts';
import { applyMigrations } from '../src/migrate/apply-migrations.ts';
import { insertProject, openMemoryWorld } from '../src/testing/index.ts';
import type { Fix } from './context-questions.ts';

/** The snapshot that a question is asked of: the parent of the commit that fixed it. */
interface AskedSnapshot {
  readonly projectId: string;
  readonly branchId: string;
  readonly number: number;
}

/** A database in which the parent commit of each fix has been synced through the real pipeline. */
interface ContextWorld {
  readonly database: Database;
  snapshotOf(fix: Fix): AskedSnapshot;
  close(): Promise<void>;
}

/** Opens the database below `folder`, and syncs and embeds what it lacks. It stays there for the next measurement. */
export async function openContextWorld(
  folder: string,
  fixes: readonly Fix[],
  embedder: Embedder<Float32Array>,
): Promise<ContextWorld> {
  const dataDir = join(folder, `context-${SPLIT_VERSION}`);
  await mkdir(dataDir, { recursive: true });
  const database = await openEmbedded({ dataDir });
  const migrated = await applyMigrations(database);
  if (migrated.outcome === 'failed') throw migrated.cause;
  const snapshots = new Map<string, AskedSnapshot>();
  for (const clone of new Set(fixes.map((fix) => fix.clone)))
    await syncClone(database, {
      clone,
      fixes: fixes.filter((fix) => fix.clone === clone),
      embedder,
      snapshots,
    });
  return {
    database,
    snapshotOf(fix) {
      const snapshot = snapshots.get(fix.commit);
      if (snapshot === undefined) throw new Error(`The parent of ${fix.commit} is not synced.`);
      return snapshot;
    },
    close: () => database.close(),
  };
}

/** A branch that has the name of a commit would hide it. */
const prefix = 'before-';

interface CloneToSync {
  readonly clone: string;
  readonly fixes: readonly Fix[];
  readonly embedder: Embedder<Float32Array>;
  readonly snapshots: Map<string, AskedSnapshot>;
}

/** Each question has a branch of its own, so the contents that its snapshots share are read once. */
async function syncClone(
  database: Database,
  { clone, fixes, embedder, snapshots }: CloneToSync,
): Promise<void> {
  const projectId = idOf(clone);
  await insertOnce(database, projectId, clone);
  const stored = await database.system.query<{ name: string; id: string; head: number }>(
    `SELECT b.name, b.id, b.head FROM branch b JOIN project_sync s
         ON s.project_id = b.project_id AND s.branch_id = b.id AND s.number = b.head AND s.embedded_at IS NOT NULL
      WHERE b.project_id = $1`,
    [projectId],
  );
  const known = new Map(
    stored.map(({ name, id, head }) => [name.replace(prefix, ''), { projectId, branchId: id, number: head }]),
  );
  const missing = fixes.filter(({ commit }) => !known.has(commit));
  for (const { commit } of missing)
    execFileSync('git', ['-C', clone, 'branch', '-f', `${prefix}${commit}`, `${commit}^`]);
  if (missing.length > 0) {
    const world = await openMemoryWorld({ database, url: null }, embedder, {
      projectId,
      repositories: [{ id: projectId, path: clone }],
    });
    for (const { commit } of missing) {
      const row = await world.sync(projectId, `${prefix}${commit}`);
      if (row.status !== 'COMPLETED') throw new Error(`${clone} at ${commit}: ${row.failure_message ?? ''}`);
      known.set(commit, { projectId, branchId: row.branch_id, number: Number(row.number) });
      console.error(`synced ${clone} before ${commit}`);
    }
    await world.close();
    await database.system.script('ANALYZE');
  }
  for (const [commit, snapshot] of known) snapshots.set(commit, snapshot);
}

async function insertOnce(database: Database, projectId: string, clone: string): Promise<void> {
  const [row] = await database.system.query('SELECT id FROM project WHERE id = $1', [projectId]);
  if (row !== undefined) return;
  await insertProject(database, { id: projectId });
  await database.system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name, default_branch) VALUES ($1, $1, 'GIT', $2, 'r', 'main')`,
    [projectId, clone],
  );
}

/** The same identifier in every run, so that a stored database is found again. */
function idOf(clone: string): string {
  const hex = createHash('sha256').update(`context ${clone}`).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { startAllIn } from '../syncs/start-sync.ts';
import { noticeHeads } from './queue-deliveries.ts';

/** The hook of one repository, as a delivery finds it. */
export interface PushHook {
  readonly projectId: string;
  readonly id: string;
  readonly repositoryId: string;
  readonly secretCipher: Uint8Array;
}

interface HookRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly repository_id: string;
  readonly secret_cipher: Uint8Array;
}

const hookOf = `
  SELECT h.project_id, h.id, h.repository_id, h.secret_cipher FROM push_hook h
    JOIN repository r ON r.project_id = h.project_id AND r.id = h.repository_id AND r.removed_at IS NULL
    JOIN project p ON p.id = h.project_id AND p.removed_at IS NULL
   WHERE h.id = $1::uuid`;

/** Finds the hook of an ID; null where there is none. */
export async function findPushHook(
  { system }: Pick<Database, 'system'>,
  id: string,
): Promise<PushHook | null> {
  const [row] = await system.query<HookRow>(hookOf, [id]);
  if (row === undefined) return null;
  const { project_id: projectId, repository_id: repositoryId, secret_cipher: secretCipher } = row;
  return { projectId, id: row.id, repositoryId, secretCipher };
}

const setHook = `
  INSERT INTO push_hook (project_id, id, repository_id, secret_cipher, created_by)
  VALUES ($1, $2, $3, decode($4, 'hex'), $5)
  ON CONFLICT (project_id, repository_id) DO UPDATE
    SET id = excluded.id, secret_cipher = excluded.secret_cipher, created_by = excluded.created_by, created_at = now()`;

/** Gives a repository a hook in place of the one it had, whose address and secret then open nothing. */
export async function setPushHook(
  sql: Sql,
  { projectId, id, repositoryId, secretCipher }: PushHook,
  createdBy: string | null,
): Promise<void> {
  const cipher = Buffer.from(secretCipher).toString('hex');
  await sql.execute(setHook, [projectId, id, repositoryId, cipher, createdBy]);
}

/** A delivery with the right secret. */
export interface PushDelivery {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly forge: string;
  readonly event: string;
  /** Its own ID at the server; null where there is none. */
  readonly key: string | null;
  readonly pushed: readonly { readonly branch: string; readonly commitOid: string | null }[];
  /** Why nothing is done for it; null otherwise. */
  readonly refused: 'payload' | 'ignored' | null;
  readonly traceParent: string | null;
}

const insert = `
  INSERT INTO push_delivery (project_id, id, repository_id, forge, event, key, branches, status, outcome)
  VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8, $9) ON CONFLICT DO NOTHING`;
const wanted = `
  SELECT t.name FROM repository r, unnest($3::text[]) AS t (name)
   WHERE r.project_id = $1 AND r.id = $2
     AND (t.name = r.default_branch OR EXISTS (
           SELECT FROM branch b WHERE b.project_id = r.project_id AND b.repository_id = r.id AND b.name = t.name
              AND b.removed_at IS NULL))
     AND NOT EXISTS (
           SELECT FROM branch b WHERE b.project_id = r.project_id AND b.repository_id = r.id AND b.name = t.name
              AND b.pinned_at IS NOT NULL)`;

/**
 * Takes a delivery: records it and starts the syncs it asks for, in one transaction, so that one that met a fault is taken
 * when it comes again. Only the default branch and stored branches are synced, and none that is pinned.
 */
export function takePushes(
  database: Database,
  jobs: Pick<Jobs, 'sendAll'>,
  delivery: PushDelivery,
): Promise<{ readonly status: number; readonly message: string }> {
  const { projectId, repositoryId, forge, event, key, pushed, refused } = delivery;
  const names = pushed.map(({ branch }) => branch);
  return database.transaction(async (sql) => {
    const rows = await sql.query<{ name: string }>(wanted, [projectId, repositoryId, names]);
    const branches = new Set(rows.map(({ name }) => name));
    const message = refused ?? `${branches.size} started`;
    const status = refused === 'payload' ? 400 : 202;
    const row = [projectId, randomUUID(), repositoryId, forge, event, key, names, status, message];
    if ((await sql.execute(insert, row)) === 0) return { status: 200, message: 'seen before' };
    const asked = {
      projectId,
      repositoryId,
      trigger: 'WEBHOOK',
      full: false,
      restoredFromId: null,
      requestedBy: null,
      traceParent: delivery.traceParent,
    } as const;
    await startAllIn(
      sql,
      jobs,
      [...branches].map((branch) => ({ ...asked, branch })),
    );
    await noticeHeads(
      sql,
      pushed.flatMap(({ branch, commitOid }) =>
        commitOid === null || !branches.has(branch) ? [] : [{ projectId, repositoryId, branch, commitOid }],
      ),
    );
    return { status, message };
  });
}

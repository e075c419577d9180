import { createHash } from 'node:crypto';
import type { Database, Sql } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { noticeHeads } from '../webhooks/queue-deliveries.ts';
import { startAllIn } from './start-sync.ts';

/** A push that a webhook reported. */
export interface Delivery {
  readonly id: string;
  readonly body: Uint8Array;
  /** The page of the repository at its server. */
  readonly url: string;
  readonly branch: string;
  readonly commitOid: string | null;
  readonly traceParent?: string | null;
}

// Two rows: the delivery, and its body. A body that was recorded on its way is not taken again under another ID.
const remember = `
  INSERT INTO webhook_delivery (id) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`;
const repositories = `
  SELECT r.project_id, r.id FROM repository r JOIN project p ON p.id = r.project_id AND p.removed_at IS NULL
   WHERE r.removed_at IS NULL AND lower(r.url) = ANY ($1::text[])
     AND (r.default_branch = $2 OR EXISTS (
           SELECT FROM branch b WHERE b.project_id = r.project_id AND b.repository_id = r.id AND b.name = $2
              AND b.removed_at IS NULL))
     AND NOT EXISTS (
           SELECT FROM branch b WHERE b.project_id = r.project_id AND b.repository_id = r.id AND b.name = $2
              AND b.pinned_at IS NOT NULL)`;

/**
 * Takes a delivery once: remembers it and starts the syncs it asks for, in one transaction, so that a delivery that met a
 * fault is taken when it comes again. Returns their number; null for one that was taken before.
 */
export function takeDelivery(
  database: Database,
  jobs: Pick<Jobs, 'sendAll'>,
  delivery: Delivery,
): Promise<number | null> {
  return database.transaction(async (sql) => {
    const hash = createHash('sha256').update(delivery.body).digest('hex');
    if ((await sql.execute(remember, [[delivery.id, `body ${hash}`]])) < 2) return null;
    return startEverywhere(sql, jobs, delivery);
  });
}

/** Starts a sync in each project that has this branch of the repository. */
async function startEverywhere(
  sql: Sql,
  jobs: Pick<Jobs, 'sendAll'>,
  { url, branch, commitOid, traceParent = null }: Delivery,
): Promise<number> {
  const found = await sql.query<{ project_id: string; id: string }>(repositories, [addressesOf(url), branch]);
  await startAllIn(
    sql,
    jobs,
    found.map(({ project_id: projectId, id: repositoryId }) => ({
      projectId,
      repositoryId,
      branch,
      trigger: 'WEBHOOK',
      full: false,
      restoredFromId: null,
      requestedBy: null,
      traceParent,
    })),
  );
  if (commitOid !== null)
    await noticeHeads(
      sql,
      found.map(({ project_id: projectId, id: repositoryId }) => ({
        projectId,
        repositoryId,
        branch,
        commitOid,
      })),
    );
  return found.length;
}

/** The addresses under which a repository may be connected: its page, and how Git reaches it. */
function addressesOf(url: string): string[] {
  const page = url.toLowerCase().replace(/\/+$/, '');
  const { host = '', path = '' } = /^https?:\/\/(?<host>[^/]+)\/(?<path>.+)$/.exec(page)?.groups ?? {};
  const ssh = `ssh://git@${host}/${path}`;
  return [page, `${page}.git`, ssh, `${ssh}.git`];
}

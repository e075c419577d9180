import { randomUUID } from 'node:crypto';
import { emptyStats, type Claim, type SyncClaims, type SyncStats } from '@project-sync/sync';
import { chargedTo, syncsOf, upkeep } from '../database/account.ts';
import type { Database } from '../database/database.ts';
import { renewStatistics } from '../database/renew-statistics.ts';
import { KeptModules } from '../engine/document-store/kept-modules.ts';
import { KeptDigests } from '../engine/pattern-store/kept-digests.ts';
import { syncStore } from '../engine/sync-store/sync-store.ts';
import { CANCEL_CHANNEL } from './cancel-sync.ts';
import { claimSync } from './claim-sync.ts';
import { endSync } from './end-sync.ts';
import { beforeSql, isRunningSql, isWaitingSql } from './status-sql.ts';
import { storageFailure } from './storage-failure.ts';
import { LEASE_SECONDS } from './sync-row.ts';

/** Leases the claim for $4 seconds from now. */
const lease = `
  UPDATE project_sync SET lease_until = now() + make_interval(secs => $4), beats = beats + 1
   WHERE project_id = $1 AND id = $2 AND fence = $3 AND ${isRunningSql()}
  RETURNING cancel_requested_at IS NOT NULL AS cancelled`;
/** Without a worker's name, so that the next claim does not take it for one whose process ended. */
const giveBack = `
  UPDATE project_sync SET lease_until = now() + make_interval(secs => $4), worker_id = NULL
   WHERE project_id = $1 AND id = $2 AND fence = $3 AND ${isRunningSql()}`;
const overlapping = `
  SELECT FROM project_sync s JOIN project_sync o ON o.project_id = s.project_id AND o.finalized_at > s.started_at
   WHERE s.project_id = $1 AND s.id = $2 AND o.id <> s.id LIMIT 1`;
const stranded = `
  SELECT project_id, id FROM project_sync
   WHERE (${isWaitingSql()} AND queued_at < now() - interval '5 seconds'
          AND NOT EXISTS (SELECT FROM project p WHERE p.id = project_id AND p.syncs_paused_at IS NOT NULL))
      OR (${beforeSql('lost')} AND lease_until <= now())
   ORDER BY queued_at LIMIT 20`;
const releaseAll = `UPDATE project_sync SET lease_until = now(), worker_id = NULL WHERE worker_id = $1 AND ${isRunningSql()}`;

/** The claims of one worker. `version` is that of the rules by which its syncs split and redact contents. */
export function syncClaims(
  database: Database,
  version: { readonly split: number; readonly redaction: number },
): SyncClaims {
  const worker = randomUUID();
  const keptDigests = new KeptDigests();
  const keptModules = new KeptModules();
  const { system } = database;
  const keyOf = ({ sync, fence }: Claim) => [sync.projectId, sync.id, fence];
  return {
    claim: (ofIdleProjects) => claimSync(database, worker, ofIdleProjects),
    store: (claim, signal) => {
      const charged = chargedTo(database, syncsOf(claim.sync.projectId, claim.sync.origin.requestedBy));
      return syncStore({ database: charged, ...claim, version, signal, keptDigests, keptModules });
    },
    async heartbeat(claim) {
      const [row] = await system.query<{ cancelled: boolean }>(lease, [...keyOf(claim), LEASE_SECONDS]);
      return { held: row !== undefined, cancelled: row?.cancelled ?? false };
    },
    async stats({ sync }) {
      const [row] = await system.query<{ stats: SyncStats }>(
        'SELECT stats FROM project_sync WHERE project_id = $1 AND id = $2',
        [sync.projectId, sync.id],
      );
      return { ...emptyStats(), ...row?.stats };
    },
    async giveBack(claim, afterSeconds) {
      await system.execute(giveBack, [...keyOf(claim), afterSeconds]);
    },
    end: (claim, ending) => endSync(database, claim, ending),
    async overlapped({ sync }) {
      return (await system.query(overlapping, [sync.projectId, sync.id])).length > 0;
    },
    async stranded() {
      const rows = await system.query<{ project_id: string; id: string }>(stranded);
      return rows.map(({ project_id: projectId, id: syncId }) => ({ projectId, syncId }));
    },
    async releaseAll() {
      await system.execute(releaseAll, [worker]);
    },
    onCancel: (cancelled) => database.listen(CANCEL_CHANNEL, cancelled),
    renewStatistics: (rows) => renewStatistics(chargedTo(database, upkeep), rows),
    storageFailure,
  };
}

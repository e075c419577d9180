import type { RuleStore } from '@project-sync/sync';
import { FencedWrites, type SyncStoreOptions } from '../sync-store/fenced-writes.ts';
import { publishRules } from './rule-documents.ts';

/** The newest snapshot of the branch whose documents these rules have found: $4 version */
const lastRead = `
  SELECT max(number) AS number FROM project_sync
   WHERE project_id = $1 AND branch_id = $2 AND number <= $3 AND rules_version = $4`;

const finished = 'UPDATE project_sync SET rules_version = $3 WHERE project_id = $1 AND id = $2';

/** The documents of one claimed sync's snapshot. An enrichment that failed left no version, so the next one looks further back. */
export function storedRules(options: SyncStoreOptions): RuleStore {
  const writes = new FencedWrites(options);
  const { projectId, repositoryId, branchId, number, id: syncId } = writes.sync;
  return {
    publish: (version) =>
      writes.write(null, async (sql) => {
        const [row] = await sql.query<{ number: number | null }>(lastRead, [
          projectId,
          branchId,
          number,
          version,
        ]);
        const since = row?.number ?? 0;
        if (since === number) return { added: 0, superseded: 0 };
        const place = { projectId, repositoryId, branchId, number, syncId };
        const changes = await publishRules(sql, place, since);
        await sql.execute(finished, [projectId, syncId, version]);
        return changes;
      }),
  };
}

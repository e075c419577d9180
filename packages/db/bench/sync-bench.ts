import { Launcher, type GitSourceOptions } from '@project-sync/sync';
import type { TestRepository } from '@project-sync/sync/testing';
import { openSyncWorld } from '../src/testing/index.ts';

/** The figures of one sync. */
export interface MeasuredSync {
  readonly id: string;
  readonly milliseconds: number;
  readonly statements: number;
  readonly rowsWritten: number;
  readonly stats: Record<string, number>;
  readonly status: string;
}

const writtenRows = 'SELECT coalesce(sum(n_tup_ins + n_tup_upd), 0)::int8 AS n FROM pg_stat_xact_user_tables';

/** Opens a world with one repository, whose syncs are measured. `open` returns the options of its source. */
export async function openBench(open: (at: TestRepository) => Promise<Partial<GitSourceOptions>>) {
  const launcher = new Launcher();
  const source: Partial<GitSourceOptions> = { launch: launcher.launch };
  const world = await openSyncWorld({
    source,
    log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
  });
  const { database, projectId } = world;
  const { id: repositoryId, at } = await world.connect();
  Object.assign(source, await open(at));

  async function sync(branch: string): Promise<MeasuredSync> {
    const writes = async () => (await database.system.query<{ n: bigint }>(writtenRows))[0]?.n ?? 0n;
    const [before, statements] = [await writes(), database.statements()];
    const { id } = await world.start({ repositoryId, branch });
    for await (const event of world.follow(id)) void event;
    const ran = database.statements() - statements;
    const { started_at: started, completed_at: completed, stats, status } = await world.row(id);
    return {
      id,
      milliseconds: completed.getTime() - started.getTime(),
      statements: ran,
      rowsWritten: Number((await writes()) - before),
      stats,
      status,
    };
  }

  return {
    at,
    database,
    projectId,
    repositoryId,
    sync,
    async close() {
      await world.close();
      await launcher.close();
      await world.removeRepositories();
    },
  };
}

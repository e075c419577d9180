import { Launcher } from '@project-sync/sync';
import { openSyncWorld, type SyncRow, type SyncWorld } from '../src/testing/index.ts';

/** A world whose Git processes are started by a launcher, as the product starts them. */
export interface BenchWorld extends SyncWorld {
  close(): Promise<void>;
}

/** A finalized sync's row. */
export type FinalizedSync = SyncRow;

/** Opens one database with a worker. TEST_DATABASE_URL chooses a server. */
export async function openWorld(concurrency: number): Promise<BenchWorld> {
  const launcher = new Launcher();
  const world = await openSyncWorld({
    concurrency,
    source: { launch: launcher.launch },
    log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
  });
  const close = world.close.bind(world);
  return Object.assign(world, {
    async close() {
      await close();
      await launcher.close();
    },
  });
}

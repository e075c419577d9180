import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbedded } from '../src/database/embedded/open-embedded.ts';

// Fills the disk under an embedded database, first with the guard that refuses writes in time and then without it, so
// that PostgreSQL ends itself. Reads must be answered, and writes go on when there is room.
// `mount -t tmpfs -o size=180m tmpfs /mnt/small && node packages/db/bench/disk-full.ts /mnt/small`
const folder = process.argv[2];
if (folder === undefined) throw new Error('Name a folder on a small disk of its own.');
const ballast = join(folder, 'ballast');
const dataDir = join(folder, 'data');

const settle = (work: Promise<unknown>): Promise<string> =>
  Promise.race([
    work.then(
      () => 'done',
      (error: unknown) => String(Reflect.get(Object(error), 'code')),
    ),
    new Promise<string>((resolve) => setTimeout(() => resolve('NO ANSWER'), 20_000)),
  ]);

async function round(name: string, freeBytes?: () => Promise<number>): Promise<void> {
  const database = await openEmbedded({ dataDir, ...(freeBytes === undefined ? {} : { freeBytes }) });
  const write = () =>
    settle(
      database.system.execute(
        // Text that does not compress.
        `INSERT INTO kept SELECT g, string_agg(md5(random()::text || s), '') FROM generate_series(1, 20) g, generate_series(1, 3000) s GROUP BY g`,
      ),
    );
  await database.system.script('CREATE TABLE IF NOT EXISTS kept (n integer, body text)');
  console.log(name, 'with room: write', await write());
  // Bytes that are there at once and can be given back.
  const { bavail, bsize } = statfsSync(folder ?? '');
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - (1 << 20))));
  const answers = new Set<string>();
  for (let tried = 0; tried < 60; tried += 1) answers.add(await write());
  console.log(name, 'full: writes', [...answers].join(', '));
  console.log(name, 'full: read', await settle(database.system.query('SELECT count(*) FROM kept')));
  rmSync(ballast, { force: true });
  await new Promise((resolve) => setTimeout(resolve, 2500));
  console.log(
    name,
    'with room again: write',
    await write(),
    'read',
    await settle(database.system.query('SELECT count(*) FROM kept')),
  );
  await settle(database.close());
}

await round('guarded');
await round('unguarded', () => Promise.resolve(Number.POSITIVE_INFINITY));
process.exit();

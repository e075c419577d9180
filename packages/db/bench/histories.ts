import { randomFrom, RandomHistory } from '@project-sync/sync/testing';
import { syncChanges } from '../src/reads/sync-changes.ts';
import { isActiveSql } from '../src/syncs/status-sql.ts';
import { openWorld, type FinalizedSync } from './bench-world.ts';

// Random histories with force-pushes, branch switches and restores, Git itself as the oracle: after each sync the
// snapshot must be the commit's tree, its changes what Git says differs, and at the end all earlier ones still so.
// `node packages/db/bench/histories.ts [--histories 300] [--syncs 30] [--seed 1] [--together 12]`; TEST_DATABASE_URL
// chooses a server. `--together` limits the histories of one database: an embedded one is in this process's memory, and
// each Git process that is started copies the page tables of that memory, 1 ms for a small one and 70 ms for a gigabyte.
const option = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const histories = option('histories', 300);
const length = option('syncs', 30);
const seed = option('seed', 1);
const together = option('together', 12);
const side = 3;

const counts = {
  syncs: 0,
  restores: 0,
  forced: 0,
  listings: 0,
  wrong: 0,
  changes: 0,
  wrongChanges: 0,
  failed: 0,
  unfinished: 0,
};
const begun = performance.now();
type World = Awaited<ReturnType<typeof openWorld>>;
const wrong = (what: string) => console.error(`WRONG: ${what}`);

async function oneHistory(world: World, number: number): Promise<void> {
  const { id, at } = await world.connect();
  const random = randomFrom(number * 7919 + 13);
  const history = new RandomHistory(at, number);
  const kept: FinalizedSync[] = [];
  for (let step = 0; step < length; step += 1) {
    const earlier = kept[random(Math.max(1, kept.length))];
    const restore = kept.length > 2 && random(6) === 0 ? earlier : undefined;
    let sync: FinalizedSync;
    if (restore !== undefined) {
      const [row] = await world.database.system.query<{ name: string }>(
        'SELECT name FROM branch WHERE id = $1',
        [restore.branch_id],
      );
      const branch = row?.name ?? '';
      // Sometimes behind an active sync.
      if (random(3) === 0) await world.start({ repositoryId: id, branch });
      sync = await world.ended(
        (await world.start({ repositoryId: id, branch, restoredFromId: restore.id })).id,
      );
      counts.restores += 1;
      if (!(await world.listing(sync)).equals(await world.listing(restore))) {
        counts.wrong += 1;
        wrong(`history ${number}, step ${step}: the restored snapshot is not the one that was requested`);
      }
    } else {
      const { branch, what } = history.step(['main', 'work', 'side/deep']);
      if (what.startsWith('force')) counts.forced += 1;
      sync = await world.ended((await world.start({ repositoryId: id, branch, full: random(12) === 0 })).id);
    }
    counts.syncs += 1;
    if (sync.status !== 'COMPLETED') {
      counts.failed += 1;
      wrong(`history ${number}, step ${step}: ${sync.status} ${sync.failure_message ?? ''}`);
      continue;
    }
    await check(sync, `history ${number}, step ${step}`);
    await checkChanges(sync, `history ${number}, step ${step}`);
    kept.push(sync);
  }
  for (const sync of kept) await check(sync, `history ${number}, read again`);
  await at.remove();

  async function check(sync: FinalizedSync, where: string): Promise<void> {
    counts.listings += 1;
    if ((await world.listing(sync)).equals(at.lsTree(sync.commit_oid))) return;
    counts.wrong += 1;
    wrong(`${where}: the snapshot of ${sync.id} is not the tree of ${sync.commit_oid}`);
  }

  async function checkChanges(sync: FinalizedSync, where: string): Promise<void> {
    const [before] = await world.database.system.query<FinalizedSync>(
      'SELECT * FROM project_sync WHERE id = $1',
      [sync.previous_sync_id],
    );
    if (before === undefined) return;
    const raw = at
      .git(
        'diff-tree',
        '-r',
        '-z',
        '--raw',
        '--no-renames',
        '--no-abbrev',
        before.commit_oid,
        sync.commit_oid,
      )
      .toString('latin1')
      .split('\0');
    const listed = new Set<string>();
    for (let index = 0; index + 1 < raw.length; index += 2)
      listed.add(
        `${raw[index]?.split(' ')[4]} ${Buffer.from(raw[index + 1] ?? '', 'latin1').toString('hex')}`,
      );
    const key = { projectId: world.projectId, branchId: sync.branch_id, number: sync.number };
    const rows = await syncChanges(world.database.system, key, { kinds: null, after: null, first: 100_000 });
    counts.changes += rows.length;
    const added = rows.filter(({ kind }) => kind === 'ADDED' || kind === 'RENAMED').length;
    const removed = rows.filter(({ kind }) => kind === 'REMOVED' || kind === 'RENAMED').length;
    const modified = rows.filter(({ kind }) => kind === 'MODIFIED').length;
    const ofKind = (...kinds: string[]) =>
      [...listed].filter((line) => kinds.includes(line.charAt(0))).length;
    if (added === ofKind('A') && removed === ofKind('D') && modified === ofKind('M', 'T')) return;
    counts.wrongChanges += 1;
    wrong(
      `${where}: ${added} added, ${removed} removed, ${modified} changed; Git says ${ofKind('A')}, ${ofKind('D')}, ${ofKind('M', 'T')}`,
    );
  }
}

let kind = '';
for (let from = 0; from < histories; from += together) {
  const world = await openWorld(side);
  kind = world.url === null ? 'embedded' : 'PostgreSQL';
  const until = Math.min(histories, from + together);
  let next = from;
  await Promise.all(
    Array.from({ length: side }, async () => {
      for (let number = next++; number < until; number = next++)
        await oneHistory(world, seed * 100_000 + number);
    }),
  );
  const left = await world.database.system.query(`SELECT FROM project_sync WHERE ${isActiveSql()}`);
  counts.unfinished += left.length;
  await world.close();
  console.error(`${until} of ${histories} after ${Math.round((performance.now() - begun) / 1000)} s`);
}
console.log(`| what (${kind}) | figure |\n| --- | ---: |`);
console.log(`| histories, syncs | ${histories}, ${counts.syncs} |`);
console.log(`| of these restores, force-pushes | ${counts.restores}, ${counts.forced} |`);
console.log(`| listings compared with git ls-tree, wrong | ${counts.listings}, ${counts.wrong} |`);
console.log(
  `| changes compared with git diff-tree, syncs with wrong ones | ${counts.changes}, ${counts.wrongChanges} |`,
);
console.log(`| syncs not completed, not ended | ${counts.failed}, ${counts.unfinished} |`);
console.log(`| seconds | ${Math.round((performance.now() - begun) / 1000)} |`);
if (counts.wrong + counts.wrongChanges + counts.failed + counts.unfinished > 0) process.exitCode = 1;

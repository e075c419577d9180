import { randomUUID } from 'node:crypto';
import type { Sql, Tenant } from '../src/database/database.ts';
import { compareSnapshots } from '../src/reads/compare-snapshots.ts';
import { countDifferences, differences } from '../src/reads/differences.ts';
import { findFile } from '../src/reads/file-by-id.ts';
import { countVersions, fileVersions } from '../src/reads/file-versions.ts';
import { countFiles, snapshotFile, snapshotFiles } from '../src/reads/snapshot-files.ts';
import { snapshotTree } from '../src/reads/snapshot-tree.ts';
import { changesOfSync } from '../src/reads/sync-changes.ts';
import { tenantReads, type TenantReads } from '../src/reads/tenant-reads.ts';
import { openTestDatabase } from '../src/testing/index.ts';

// The cost of one page for a member of a project with many files: whole, with the tenant's transaction and the look at their
// right; and the same statements under row-level security itself, which is why they do not run there.
// `node packages/db/bench/reads.ts [--files 100000]`; TEST_DATABASE_URL chooses a server.
const size = Number(process.argv[process.argv.indexOf('--files') + 1] ?? 0) || 100_000;
const opened = await openTestDatabase();
const { database } = opened;
const [projectId, repositoryId, branchId, otherBranch, userId] = [
  randomUUID(),
  randomUUID(),
  randomUUID(),
  randomUUID(),
  randomUUID(),
];
await fill(database.system);
const tenant: Tenant = { userId, projectId: null };
const past = tenantReads(database, tenant);
const under: Pick<TenantReads, 'inProject'> = {
  inProject: (_projectId, read) => database.asTenant(tenant, read),
};

const current = { projectId, branchId, number: 3 };
const first = { projectId, branchId, number: 1 };
const page = { prefix: null, first: 101 };
const [middle, last] = [pathOf(Math.floor(size / 2)), pathOf(size - 1)];
const [someFile] = await snapshotFiles(database.system, current, { ...page, after: middle, first: 1 });
if (someFile === undefined) throw new Error('There is no file in the middle.');
const versions = { branchId, path: someFile.path, first: 101, before: null };
const all = { kinds: null, after: null, first: 101 };

type Reader = Pick<TenantReads, 'inProject'>;
const inProject =
  (read: (sql: Sql) => Promise<unknown>) =>
  (reads: Reader): Promise<unknown> =>
    reads.inProject(projectId, read);
const measured: Record<string, (reads: Reader) => Promise<unknown>> = {
  'Snapshot.files, first page': inProject((sql) => snapshotFiles(sql, current, { ...page, after: null })),
  'Snapshot.files, page in the middle': inProject((sql) =>
    snapshotFiles(sql, current, { ...page, after: middle }),
  ),
  'Snapshot.files, last page': inProject((sql) => snapshotFiles(sql, current, { ...page, after: last })),
  'Snapshot.files below a prefix': inProject((sql) =>
    snapshotFiles(sql, current, { prefix: 'src/d50/', first: 101, after: null }),
  ),
  'Snapshot.files totalCount': inProject((sql) => countFiles(sql, current, null)),
  'tree of the root': inProject((sql) => snapshotTree(sql, current, null)),
  'tree of a folder of 100 folders': inProject((sql) => snapshotTree(sql, current, 'src')),
  'tree of a folder of files': inProject((sql) => snapshotTree(sql, current, 'src/d50/e0')),
  'file by path': inProject((sql) => snapshotFile(sql, current, middle)),
  'file by id': (reads) => findFile(reads, projectId, someFile.id),
  'versions of a path': (reads) => fileVersions(reads, projectId, versions),
  'versions totalCount': (reads) => countVersions(reads, projectId, versions),
  'changes of a sync of 100 files': (reads) => differences(reads, projectId, changesOfSync(current, all)),
  'changes of the first sync, first page': (reads) =>
    differences(reads, projectId, changesOfSync(first, all)),
  'changes of the first sync, in the middle': (reads) =>
    differences(reads, projectId, changesOfSync(first, { ...all, after: middle })),
  'changes of the first sync, totalCount': (reads) =>
    countDifferences(reads, projectId, changesOfSync(first, all)),
  'compare two syncs of a branch': (reads) => compareSnapshots(reads, { older: first, newer: current }, all),
  'compare backwards': (reads) => compareSnapshots(reads, { older: current, newer: first }, all),
  'compare two branches': (reads) =>
    compareSnapshots(reads, { older: { projectId, branchId: otherBranch, number: 1 }, newer: current }, all),
  'history, first page of 100': () =>
    past.prisma.projectSync.findMany({
      where: { projectId },
      orderBy: [{ queuedAt: 'desc' }, { id: 'desc' }],
      take: 101,
    }),
};

console.log(
  `| read, of ${size.toLocaleString('en')} files on ${database.kind} | ms (median of 9) | ms under the policies |\n| --- | ---: | ---: |`,
);
for (const [name, read] of Object.entries(measured)) {
  const own = await median(() => read(past), 9);
  const policies = name.startsWith('history') ? own : await median(() => read(under), 3);
  console.log(`| ${name} | ${own.toFixed(1)} | ${policies.toFixed(1)} |`);
}
await opened.close();

async function median(read: () => Promise<unknown>, times: number): Promise<number> {
  await read();
  const taken: number[] = [];
  for (let run = 0; run < times; run += 1) {
    const begun = performance.now();
    await read();
    taken.push(performance.now() - begun);
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

function pathOf(index: number): string {
  return `src/d${index % 100}/e${Math.floor(index / 100) % 100}/file-${index}.ts`;
}

/** Rows as syncs leave them: one that brought everything, one that changed a tenth, one that changed a hundred. */
async function fill(sql: Sql): Promise<void> {
  await sql.execute(
    `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, 'x', $1 || '@example.invalid', now())`,
    [userId],
  );
  await sql.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [projectId, projectId]);
  await sql.execute(`INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'VIEWER')`, [
    projectId,
    userId,
  ]);
  await sql.execute(
    `INSERT INTO repository (project_id, id, provider, url, name) VALUES ($1, $2, 'GIT', 'x', 'r')`,
    [projectId, repositoryId],
  );
  for (const [id, name, head] of [
    [branchId, 'main', 3],
    [otherBranch, 'other', 1],
  ])
    await sql.execute(
      'INSERT INTO branch (project_id, id, repository_id, name, head) VALUES ($1, $2, $3, $4, $5)',
      [projectId, id, repositoryId, name, head],
    );
  await sql.execute(
    `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status, queued_at)
     SELECT $1, gen_random_uuid(), $2, $3, 'MANUAL', 'COMPLETED', now() - n * interval '1 minute' FROM generate_series(1, 2000) n`,
    [projectId, repositoryId, branchId],
  );
  const brought = `
    INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, language, added)
    SELECT $1, $2, convert_to('src/d' || (n % 100) || '/e' || (n / 100 % 100) || '/file-' || n || '.ts', 'UTF8'), 33188,
           encode(sha256(convert_to($4 || n, 'UTF8')), 'hex'), 'typescript', 'typescript', $3
      FROM generate_series(0, $5 - 1) n WHERE n % $6 = 0`;
  const replaced = `UPDATE repository_file SET superseded = $3 WHERE project_id = $1 AND branch_id = $2 AND superseded IS NULL
     AND substring(convert_from(path, 'UTF8') from 'file-(\\d+)')::int % $4 = 0`;
  await sql.execute(brought, [projectId, branchId, 1, 'a', size, 1]);
  await sql.execute(brought, [projectId, otherBranch, 1, 'a', size, 1]);
  for (const [number, step] of [
    [2, 10],
    [3, Math.max(1, Math.floor(size / 100))],
  ]) {
    await sql.execute(replaced, [projectId, branchId, number, step]);
    await sql.execute(brought, [projectId, branchId, number, `s${number}`, size, step]);
  }
  await sql.execute(
    `INSERT INTO blob (project_id, oid, size, is_binary) SELECT DISTINCT project_id, oid, 10, false FROM repository_file`,
  );
  for (const table of ['repository_file', 'blob', 'project_sync']) await sql.execute(`ANALYZE ${table}`);
}

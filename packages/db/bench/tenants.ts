import { randomUUID } from 'node:crypto';
import { openDatabase } from '../src/database/open-database.ts';
import { openTestDatabase } from '../src/testing/index.ts';
import { tenantReads } from '../src/reads/tenant-reads.ts';
import { randomFrom } from '@project-sync/sync/testing';

// Fifty tenants on two connections, their requests interleaved, some of them failing in the middle: no tenant may see a row
// of anybody else. `TEST_DATABASE_URL=… node packages/db/bench/tenants.ts [--requests 10000]`
const at = process.argv.indexOf('--requests');
const requests = at < 0 ? 10_000 : Number(process.argv[at + 1]);
const opened = await openTestDatabase();
const database =
  opened.url === null
    ? opened.database
    : await openDatabase({ kind: 'postgres', url: opened.url, connections: 2 });
const random = randomFrom(9);
const tenants = Array.from({ length: 50 }, (_, index) => ({
  userId: `user-${index}`,
  projectId: randomUUID(),
}));
for (const { userId, projectId } of tenants)
  await opened.database.transaction(async (sql) => {
    await sql.execute(
      `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, $1, $1 || '@example.invalid', now())`,
      [userId],
    );
    await sql.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [
      projectId,
      `p-${projectId}`,
    ]);
    await sql.execute(`INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'OWNER')`, [
      projectId,
      userId,
    ]);
    await sql.execute(
      `INSERT INTO document (project_id, id, title, content, authority, sources) SELECT $1, gen_random_uuid(), 'doc ' || n, 'text', 'GUIDELINE', '{}' FROM generate_series(1, 20) n`,
      [projectId],
    );
  });

let foreign = 0;
let missing = 0;
let failedOnPurpose = 0;
let without = 0;
const begun = performance.now();
async function one(): Promise<void> {
  const tenant = tenants[random(tenants.length)] ?? tenants[0];
  if (tenant === undefined) return;
  const { userId, projectId } = tenant;
  const look = (rows: readonly { project_id: string }[], wanted: number) => {
    foreign += rows.filter((row) => row.project_id !== projectId).length;
    if (rows.length !== wanted) missing += 1;
  };
  switch (random(4)) {
    case 0:
      return database.asTenant({ userId, projectId: null }, async (scope) =>
        look(await scope.query<{ project_id: string }>('SELECT project_id FROM document'), 20),
      );
    case 1:
      return database.asTenant({ userId, projectId: null }, async ({ prisma }) =>
        look(
          (await prisma.document.findMany()).map((row) => ({ project_id: row.projectId })),
          20,
        ),
      );
    case 2: {
      const other = tenants[random(tenants.length)]?.projectId ?? projectId;
      const reads = tenantReads(database, { userId, projectId: null });
      const rows = await reads.inProject(other, (sql) =>
        sql.query<{ project_id: string }>('SELECT project_id FROM document WHERE project_id = $1', [other]),
      );
      return look(rows, other === projectId ? 20 : 0);
    }
    default:
      // A transaction that breaks must leave nothing of its tenant behind on the connection.
      await database
        .asTenant({ userId, projectId: null }, (scope) => scope.query('SELECT 1 / 0'))
        .catch(() => (failedOnPurpose += 1));
      without += (
        await database.asTenant({ userId: 'no-such-user', projectId: null }, (scope) =>
          scope.query('SELECT project_id FROM document'),
        )
      ).length;
  }
}
for (let sent = 0; sent < requests; sent += 100) await Promise.all(Array.from({ length: 100 }, one));
console.log(`| what (${database.kind}) | figure |\n| --- | ---: |`);
console.log(`| requests of ${tenants.length} tenants, on two connections | ${requests} |`);
console.log(`| of these broken in the middle | ${failedOnPurpose} |`);
console.log(`| foreign rows | ${foreign} |`);
console.log(`| answers with too few or too many rows | ${missing} |`);
console.log(`| rows shown without a user | ${without} |`);
console.log(`| seconds | ${((performance.now() - begun) / 1000).toFixed(1)} |`);
if (database !== opened.database) await database.close();
await opened.close();
process.exitCode = foreign + missing + without > 0 ? 1 : 0;

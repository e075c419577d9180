import { randomUUID } from 'node:crypto';
import type { Database } from '@project-sync/db';

/** The IDs of what long lists are read from: one project, one more of the same owner, and one that the owner may not see. */
export const pagedIds = {
  project: randomUUID(),
  other: randomUUID(),
  foreign: randomUUID(),
  repository: randomUUID(),
  branch: randomUUID(),
  sync: randomUUID(),
};

/** Fills three projects with more rows than a page has. Returns the owner's ID. */
export async function fillPages(database: Database): Promise<string> {
  const { system, prisma } = database;
  const owner = (await prisma.user.findFirstOrThrow()).id;
  for (const [id, slug, member] of [
    [pagedIds.project, 'harbour', true],
    [pagedIds.other, 'lighthouse', true],
    [pagedIds.foreign, 'foreign', false],
  ] as const) {
    await system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, slug]);
    if (member)
      await system.execute(
        `INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'OWNER')`,
        [id, owner],
      );
    await system.execute(
      `INSERT INTO repository (project_id, id, provider, url, name) VALUES ($1, $2, 'GIT', '/nowhere', 'r')`,
      [id, pagedIds.repository],
    );
    await system.execute(
      `INSERT INTO branch (project_id, id, repository_id, name, head) VALUES ($1, $2, $3, 'main', 1)`,
      [id, pagedIds.branch, pagedIds.repository],
    );
    await addSyncs(database, id, { count: 25, at: 'now()' });
    await addDocuments(
      database,
      id,
      Array.from({ length: 25 }, (_, index) => `m${String(index).padStart(2, '0')}`),
    );
  }
  await system.execute(
    `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status, number, commit_oid)
     VALUES ($1, $2, $3, $4, 'MANUAL', 'COMPLETED', 1, repeat('a', 40))`,
    [pagedIds.project, pagedIds.sync, pagedIds.repository, pagedIds.branch],
  );
  await system.execute(
    `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added)
     SELECT $1, $2, convert_to('src/' || n || '.ts', 'UTF8'), 33188, lpad(n::text, 40, '0'), 'none', 1 FROM generate_series(1, 30) n`,
    [pagedIds.project, pagedIds.branch],
  );
  return owner;
}

/** Adds failed syncs of one instant. */
export async function addSyncs(
  { system }: Database,
  projectId: string,
  { count, at }: { readonly count: number; readonly at: 'now()' | `now() + interval '1 minute'` },
): Promise<void> {
  await system.execute(
    `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status, queued_at)
     SELECT $1, gen_random_uuid(), $2, $3, 'MANUAL', 'FAILED', date_trunc('hour', ${at}) FROM generate_series(1, $4)`,
    [projectId, pagedIds.repository, pagedIds.branch, count],
  );
}

/** Adds a document for each title. */
export async function addDocuments(
  { system }: Database,
  projectId: string,
  titles: readonly string[],
): Promise<void> {
  await system.execute(
    `INSERT INTO document (project_id, id, title, content, authority, sources)
     SELECT $1, gen_random_uuid(), t, 'x', 'GUIDELINE', '{}' FROM unnest($2::text[]) t`,
    [projectId, [...titles]],
  );
}

import { randomUUID } from 'node:crypto';
import { startSync, syncEvents, type Database } from '@project-sync/db';
import type { TestRepository } from '@project-sync/sync/testing';
import type { ApiServices } from '../graphql/context.ts';
import { encodeGlobalID } from '../graphql/ids.ts';

/** A user's project with a given number of everything, and the IDs to ask with. */
export interface CountedPlace {
  readonly size: number;
  readonly userId: string;
  readonly slug: string;
  readonly projectId: string;
  readonly repositoryId: string;
  readonly syncs: string[];
  readonly fileId: string;
  readonly entryId: string;
  readonly symbolId: string;
  readonly patternId: string;
  readonly documentId: string;
}

type System = Database['system'];

/** The rows a place consists of. */
interface Place {
  readonly system: System;
  readonly at: TestRepository;
  readonly size: number;
  readonly slug: string;
  readonly userId: string;
  readonly projectId: string;
  readonly repositoryId: string;
}

/** Fills a database for a user with a given number of projects, one of which has a given number of everything. */
export async function fillCountedPlace(
  services: Pick<ApiServices, 'database' | 'jobs' | 'hints'>,
  at: TestRepository,
  size: number,
): Promise<CountedPlace> {
  const { system } = services.database;
  const [userId, projectId, repositoryId] = [randomUUID(), randomUUID(), randomUUID()];
  const place = { system, at, size, slug: `world-${size}`, userId, projectId, repositoryId };
  await insertUser(system, userId);
  // An operator, so that the page on the server is counted as well.
  await system.execute('UPDATE "user" SET is_operator = true WHERE id = $1', [userId]);
  await insertProject(place, { id: projectId, slug: place.slug, repositoryId });
  await insertNeighbours(place);
  await syncHistory(place, services);
  await insertBranches(place);
  return { ...(await insertKnowledge(place)), size, userId, slug: place.slug };
}

const insertUser = (system: System, id: string) =>
  system.execute(
    `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, 'x', $1 || '@example.invalid', now())`,
    [id],
  );

async function insertProject(
  { system, userId, at }: Place,
  { id, slug, repositoryId }: { id: string; slug: string; repositoryId: string },
): Promise<void> {
  await system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, slug]);
  await system.execute(`INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'OWNER')`, [
    id,
    userId,
  ]);
  await system.execute(
    `INSERT INTO repository (project_id, id, provider, url, name, default_branch, operator_access) VALUES ($1, $2, 'GIT', $3, 'r', 'main', true)`,
    [id, repositoryId, at.path],
  );
}

/** Further projects of the user, each with a failed sync, and further members of the one project. */
async function insertNeighbours(place: Place): Promise<void> {
  const { system, size, slug, projectId } = place;
  for (let index = 1; index < size; index += 1) {
    const other = randomUUID();
    await insertProject(place, { id: other, slug: `${slug}-${index}`, repositoryId: randomUUID() });
    await system.execute(
      `INSERT INTO branch (project_id, id, repository_id, name) SELECT project_id, $2, id, 'main' FROM repository WHERE project_id = $1`,
      [other, randomUUID()],
    );
    await system.execute(
      `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status)
     SELECT project_id, $2, repository_id, id, 'MANUAL', 'FAILED' FROM branch WHERE project_id = $1`,
      [other, randomUUID()],
    );
    const member = randomUUID();
    await insertUser(system, member);
    await system.execute(`INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'VIEWER')`, [
      projectId,
      member,
    ]);
  }
}

/** Syncs of the branch `main`, each of which changes a file and adds one. */
async function syncHistory(
  place: Place,
  services: Pick<ApiServices, 'database' | 'jobs' | 'hints'>,
): Promise<void> {
  const { at, size } = place;
  for (let index = 0; index < size; index += 1) {
    at.commit('main', {
      'src/changing.ts': `/** The tide at ${index}. */\nexport const tide${index} = ${index};\n`,
      [`src/file-${index}.ts`]: `/** A ship by number. */\nexport function ship${index}(): number {\n  return ${index};\n}\n`,
      ...(index === size - 1
        ? Object.fromEntries(
            Array.from({ length: size }, (_, each) => [`last/${each}.md`, `# Ship ${each}\n\nIts tide.\n`]),
          )
        : {}),
    });
    await sync(place, services);
  }
}

async function sync(
  { projectId, repositoryId }: Place,
  { database, jobs, hints }: Pick<ApiServices, 'database' | 'jobs' | 'hints'>,
): Promise<void> {
  const { id } = await startSync(database, jobs, {
    projectId,
    repositoryId,
    branch: 'main',
    trigger: 'MANUAL',
    full: false,
    restoredFromId: null,
    requestedBy: null,
  });
  const signal = AbortSignal.timeout(60_000);
  for await (const event of syncEvents(database, hints, { projectId, syncId: id, after: 0, signal }))
    if (event.status === 'FAILED') throw new Error(event.message);
}

/** Branches with one sync each, of which nothing is stored but their rows. */
async function insertBranches({ system, at, size, projectId, repositoryId }: Place): Promise<void> {
  for (let index = 0; index < size; index += 1) {
    const branch = `work-${index}`;
    at.commit(branch, { 'src/own.ts': `export const own = ${index};\n` }, { from: at.head('main') });
    await system.execute(
      `WITH made AS (INSERT INTO branch (project_id, id, repository_id, name, head) VALUES ($1, $2, $3, $4, 1) RETURNING *)
     INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status, number, commit_oid)
     SELECT project_id, $5::uuid, repository_id, id, 'MANUAL', 'COMPLETED', 1, $6 FROM made`,
      [projectId, randomUUID(), repositoryId, branch, randomUUID(), at.head(branch)],
    );
  }
}

/** Patterns, documents and keys, and the IDs to ask with. */
async function insertKnowledge({
  system,
  size,
  userId,
  projectId,
  repositoryId,
}: Place): Promise<Omit<CountedPlace, 'size' | 'userId' | 'slug'>> {
  const [place] = await system.query<{ file: bigint; entry: bigint }>(
    `SELECT f.id AS file, m.id AS entry FROM repository_file f JOIN memory_entry m ON m.project_id = f.project_id AND m.oid = f.oid
    WHERE f.project_id = $1 AND f.path = 'src/changing.ts'::bytea AND f.superseded IS NULL LIMIT 1`,
    [projectId],
  );
  const [patternId, documentId] = [randomUUID(), randomUUID()];
  for (let index = 0; index < size; index += 1) {
    await system.execute(
      `INSERT INTO pattern (project_id, id, kind, title, description, frequency, evidence)
     VALUES ($1, $2, 'NAMING', $3, 'x', 1, ARRAY[$4::int8])`,
      [projectId, randomUUID(), `p${index}`, String(place?.entry ?? 0n)],
    );
    await system.execute(
      `INSERT INTO document (project_id, id, title, content, authority, sources, sync_id)
     SELECT $1, $2, $3, 'x', 'GUIDELINE', '{}', id FROM project_sync WHERE project_id = $1 ORDER BY queued_at OFFSET $4 LIMIT 1`,
      [projectId, index === 0 ? documentId : randomUUID(), `d${index}`, index],
    );
    await system.execute(
      `INSERT INTO api_key (id, owner_id, project_id, name, prefix, hash, scopes) VALUES ($1::uuid, $2, $3, 'k', 'psk', $1::uuid::text, '{READ}')`,
      [randomUUID(), userId, projectId],
    );
  }
  // The rules find something in the longer history alone, and what they find costs a few statements more.
  await system.execute(
    `INSERT INTO pattern (project_id, id, kind, title, description, evidence, branch_id, added, first_seen, places)
   SELECT project_id, $2, 'NAMING', 'found by a rule', 'x', '{}', id, 1, 1, '[["src/changing.ts", 1, 1]]'
     FROM branch WHERE project_id = $1 AND name = 'main'`,
    [projectId, patternId],
  );
  const syncs = await system.query<{ id: string }>(
    `SELECT s.id FROM project_sync s JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id
    WHERE s.project_id = $1 AND b.name = 'main' ORDER BY s.number`,
    [projectId],
  );
  return {
    projectId: encodeGlobalID('Project', projectId),
    repositoryId: encodeGlobalID('Repository', `${projectId}:${repositoryId}`),
    syncs: syncs.map(({ id }) => encodeGlobalID('ProjectSync', `${projectId}:${id}`)),
    fileId: encodeGlobalID('RepositoryFile', `${projectId}:${place?.file ?? 0n}`),
    symbolId: encodeGlobalID('Symbol', `${projectId}:${String(place?.file)}:0:${size}`),
    entryId: encodeGlobalID('MemoryEntry', `${projectId}:${place?.entry ?? 0n}:${place?.file ?? 0n}`),
    patternId: encodeGlobalID('Pattern', `${projectId}:${patternId}`),
    documentId: encodeGlobalID('Document', `${projectId}:${documentId}`),
  };
}

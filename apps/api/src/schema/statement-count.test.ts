import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSync, syncEvents, type Database } from '@project-sync/db';
import { openTestDatabase, type TestDatabase } from '@project-sync/db/testing';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import {
  execute,
  isListType,
  isNonNullType,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type FieldNode,
} from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose, type Application } from '../compose.ts';
import { readConfiguration } from '../configuration.ts';
import { contextOf } from '../http/request-context.ts';
import { exampleTabs } from '../http/example-tabs.ts';
import { Api, type CommitsBehind } from '../mcp/api.ts';
import { tools } from '../mcp/tools.ts';
import { recipeDocuments } from '../testing/recipe-documents.ts';
import { encodeGlobalID } from '../graphql/ids.ts';
import { schema } from './schema.ts';
import { webDocuments, writtenOut } from '../testing/web-documents.ts';

// What a query costs at the database's port, with lists of 3 and with lists of 30. A tenant's transaction is opened and
// closed by three statements (BEGIN, who asks, COMMIT), whatever it reads, and several reads share one: those three are
// counted apart, as frames, and everything else is a statement, the look at what the tenant may see among them.
const SIZES = [3, 30] as const;
// Which questions meet in one turn depends on how fast the database answers each: two that miss each other cost a look
// and a look-up more. A list that asks for each of its rows costs 27 more.
const APART = 4;

interface World {
  readonly size: number;
  readonly userId: string;
  readonly slug: string;
  readonly projectId: string;
  readonly repositoryId: string;
  readonly syncs: string[];
  readonly fileId: string;
  readonly entryId: string;
  readonly symbolId: string;
}

let dataDir: string;
let opened: TestDatabase;
let counted: { database: Database; frames: () => number };
let application: Application;
const repositories: TestRepository[] = [];
const worlds: World[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'project-sync-count-'));
  opened = await openTestDatabase();
  counted = countFrames(opened.database);
  const environment = {
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    LOCAL_REPOSITORIES: tmpdir(),
  };
  application = await compose(readConfiguration(environment), pino({ level: 'silent' }), counted.database);
  for (const size of SIZES) worlds.push(await world(size));
  // The queue looks for work by statements of its own.
  await application.worker?.stop();
}, 120_000);
afterAll(async () => {
  await application.close();
  await opened.close();
  await rm(dataDir, { recursive: true, force: true });
  for (const repository of repositories) await repository.remove();
});

/** The same database, counting the tenants' transactions. */
function countFrames(database: Database): { database: Database; frames: () => number } {
  let frames = 0;
  const asTenant: Database['asTenant'] = (tenant, work) => {
    frames += 1;
    return database.asTenant(tenant, work);
  };
  return { database: { ...database, asTenant }, frames: () => frames };
}

/** A user with a given number of projects, one of which has a given number of everything. */
async function world(size: number): Promise<World> {
  const { system } = opened.database;
  const [userId, projectId, repositoryId] = [randomUUID(), randomUUID(), randomUUID()];
  const slug = `world-${size}`;
  const at = await createRepository();
  repositories.push(at);
  const person = async (id: string) =>
    system.execute(
      `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, 'x', $1 || '@example.invalid', now())`,
      [id],
    );
  const project = async (id: string, name: string) => {
    await system.execute('INSERT INTO project (id, slug, name) VALUES ($1, $2, $2)', [id, name]);
    await system.execute(`INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'OWNER')`, [
      id,
      userId,
    ]);
  };
  const repository = (owner: string, id: string, url: string) =>
    system.execute(
      `INSERT INTO repository (project_id, id, provider, url, name, default_branch, operator_access) VALUES ($1, $2, 'GIT', $3, 'r', 'main', true)`,
      [owner, id, url],
    );
  await person(userId);
  await project(projectId, slug);
  await repository(projectId, repositoryId, at.path);
  for (let index = 1; index < size; index += 1) {
    const other = randomUUID();
    await project(other, `${slug}-${index}`);
    await repository(other, randomUUID(), at.path);
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
    await person(member);
    await system.execute(`INSERT INTO project_member (project_id, user_id, role) VALUES ($1, $2, 'VIEWER')`, [
      projectId,
      member,
    ]);
  }
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
    await synced(projectId, repositoryId, 'main');
  }
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
  const [place] = await system.query<{ file: bigint; entry: bigint }>(
    `SELECT f.id AS file, m.id AS entry FROM repository_file f JOIN memory_entry m ON m.project_id = f.project_id AND m.oid = f.oid
      WHERE f.project_id = $1 AND f.path = 'src/changing.ts'::bytea AND f.superseded IS NULL LIMIT 1`,
    [projectId],
  );
  for (let index = 0; index < size; index += 1) {
    await system.execute(
      `INSERT INTO pattern (project_id, id, kind, title, description, frequency, evidence)
       VALUES ($1, $2, 'NAMING', $3, 'x', 1, ARRAY[$4::int8])`,
      [projectId, randomUUID(), `p${index}`, String(place?.entry ?? 0n)],
    );
    await system.execute(
      `INSERT INTO document (project_id, id, title, content, authority, sources, sync_id)
       SELECT $1, $2, $3, 'x', 'GUIDELINE', '{}', id FROM project_sync WHERE project_id = $1 ORDER BY queued_at OFFSET $4 LIMIT 1`,
      [projectId, randomUUID(), `d${index}`, index],
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
    [projectId, randomUUID()],
  );
  const syncs = await system.query<{ id: string }>(
    `SELECT s.id FROM project_sync s JOIN branch b ON b.project_id = s.project_id AND b.id = s.branch_id
      WHERE s.project_id = $1 AND b.name = 'main' ORDER BY s.number`,
    [projectId],
  );
  return {
    size,
    userId,
    slug,
    projectId: encodeGlobalID('Project', projectId),
    repositoryId: encodeGlobalID('Repository', `${projectId}:${repositoryId}`),
    syncs: syncs.map(({ id }) => encodeGlobalID('ProjectSync', `${projectId}:${id}`)),
    fileId: encodeGlobalID('RepositoryFile', `${projectId}:${place?.file ?? 0n}`),
    symbolId: encodeGlobalID('Symbol', `${projectId}:${String(place?.file)}:0:${size}`),
    entryId: encodeGlobalID('MemoryEntry', `${projectId}:${place?.entry ?? 0n}:${place?.file ?? 0n}`),
  };
}

async function synced(projectId: string, repositoryId: string, branch: string): Promise<void> {
  const { database, jobs, hints } = application.services;
  const { id } = await startSync(database, jobs, {
    projectId,
    repositoryId,
    branch,
    trigger: 'MANUAL',
    full: false,
    restoredFromId: null,
    requestedBy: null,
  });
  const signal = AbortSignal.timeout(60_000);
  for await (const event of syncEvents(database, hints, { projectId, syncId: id, after: 0, signal }))
    if (event.status === 'FAILED') throw new Error(event.message);
}

interface Cost {
  readonly statements: number;
  /** Rows that the database gave, shown or not. */
  readonly rows: number;
  readonly frames: number;
  /** Rows of every list in the answer, so that an empty list cannot pass for a cheap one. */
  readonly longest: number;
  readonly answer: unknown;
}

/** Asks as the world's person, and counts. */
async function cost(text: string, variables: Record<string, unknown>, { userId }: World): Promise<Cost> {
  const credential = { kind: 'session', id: 'x' } as const;
  const viewer = { userId, scopes: ['ADMIN'], projectId: null, credential } as const;
  const request = new Request('http://localhost/graphql');
  const contextValue = contextOf(application.services, viewer, { request });
  const before = [opened.database.statements(), counted.frames(), opened.database.rows()] as const;
  const answer = await execute({ schema, document: parse(text), contextValue, variableValues: variables });
  const frames = counted.frames() - before[1];
  const statements = opened.database.statements() - before[0] - 3 * frames;
  expect('errors' in answer ? answer.errors : undefined, text).toBeUndefined();
  const rows = opened.database.rows() - before[2];
  return { answer, statements, rows, frames, longest: longestList('data' in answer ? answer.data : null) };
}

function longestList(value: unknown): number {
  // The objects of an answer have no prototype.
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).map(longestList);
  return Math.max(0, Array.isArray(value) ? value.length : 0, ...inner);
}

/** A document's lists of objects: each by its name, how many lists stand in it, and the document without it. */
function listsOf(text: string): { name: string; lists: number; without: string }[] {
  const document = writtenOut(text);
  const found = new Map<FieldNode, number>();
  const open: FieldNode[] = [];
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        enter(node) {
          if (node.selectionSet === undefined || ['nodes', 'edges'].includes(node.name.value)) return;
          const type = types.getType();
          const inner = isNonNullType(type) ? type.ofType : type;
          if (!isListType(inner) && !String(inner).endsWith('Connection')) return;
          open.push(node);
          for (const outer of open) found.set(outer, (found.get(outer) ?? 0) + 1);
        },
        leave(node) {
          if (open.at(-1) === node) open.pop();
        },
      },
    }),
  );
  return [...found].map(([list, lists]) => ({
    name: list.alias?.value ?? list.name.value,
    lists,
    without: print(
      visit(document, {
        Field: (node) =>
          node === list ? { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } : undefined,
      }),
    ),
  }));
}

/** The variables of each query of the web app, in a world. */
const variablesOf: Record<string, (world: World) => Record<string, unknown>> = {
  Begun: ({ syncs }) => ({ syncId: syncs.at(-1), after: 0 }),
  Branches: ({ repositoryId }) => ({ repositoryId, query: null }),
  Compare: ({ syncs }) => ({ from: syncs[0], to: syncs.at(-1) }),
  Changes: ({ syncs }) => ({ sync: syncs.at(-1), after: null }),
  Connect: ({ slug }) => ({ slug, known: true }),
  Definitions: ({ syncs }) => ({ sync: syncs.at(-1), name: 'ship1' }),
  Difference: ({ syncs }) => ({ from: syncs[0], to: syncs.at(-1) }),
  Differences: ({ syncs }) => ({ from: syncs[0], to: syncs.at(-1), after: null }),
  Entry: ({ entryId }) => ({ id: entryId }),
  BranchStatus: ({ repositoryId }) => ({ repositoryId, branch: 'main' }),
  Files: ({ syncs }) => ({ path: 'src/changing.ts', sync: syncs.at(-1), kept: true }),
  Folder: ({ syncs }) => ({ sync: syncs.at(-1), path: 'last' }),
  History: ({ slug, repositoryId }) => ({
    slug,
    repository: repositoryId,
    branch: 'main',
    here: true,
    first: 50,
  }),
  KeptBranches: ({ repositoryId }) => ({ repositoryId, after: null }),
  Knowledge: ({ slug }) => ({ slug }),
  Moments: ({ repositoryId }) => ({ repositoryId, branch: 'main' }),
  Overview: ({ slug, syncs }) => ({ slug, sync: syncs.at(-1), kept: true }),
  PaletteProjects: () => ({}),
  Paths: ({ syncs }) => ({ sync: syncs.at(-1) }),
  Place: ({ slug, syncs }) => ({ slug, asOf: syncs.at(-1), past: true, query: null, after: null }),
  Plan: ({ repositoryId }) => ({ repositoryId, branch: 'main' }),
  Projects: () => ({}),
  References: ({ symbolId }) => ({ id: symbolId, after: null }),
  RestorePreview: ({ syncs, repositoryId }) => ({ sync: syncs[0], repository: repositoryId, branch: 'main' }),
  Search: ({ slug }) => ({ slug, query: 'ship tide', asked: true, mode: 'KEYWORD', branch: 'main' }),
  Settings: ({ slug }) => ({ slug }),
  StoredBranches: ({ repositoryId }) => ({ repositoryId, query: null }),
  SyncPage: ({ syncs }) => ({ sync: syncs.at(-1) }),
  Version: ({ fileId }) => ({ id: fileId }),
};

const queries = webDocuments().filter(({ operation }) => operation === 'query');

describe('the queries of the web app', () => {
  test('each of them is asked here', () => {
    expect(queries.map(({ name }) => name).sort()).toEqual(Object.keys(variablesOf).sort());
  });

  test.each(queries)(
    '$name costs the same for lists of 3 and of 30, and at most 5 statements a list',
    async ({ name, text }) => {
      const variables = (world: World) => variablesOf[name]?.(world) ?? {};
      await holds(text, variables);
    },
  );
});

describe('the examples of GraphiQL', () => {
  const examples = exampleTabs()
    .map(({ query }) => query)
    .filter((query) => /^query/m.test(query));
  test.each(examples)('%s', (query) => holds(query, () => ({})));
});

describe('the recipes of the page for builders', () => {
  const recipes = recipeDocuments();
  test('are read from it', () => {
    expect(recipes.length).toBeGreaterThanOrEqual(5);
  });
  test.each(recipes)('%s', (query) =>
    holds(query, ({ slug }) => ({ slug, query: 'ship tide', after: null })),
  );
});

describe('the tools of language models', () => {
  const repository = ({ repositoryId }: World) => ({ repository: repositoryId });
  const given: Record<string, (world: World) => Record<string, unknown>> = {
    search: ({ slug }) => ({ project: slug, queries: ['ship tide'], limit: 50 }),
    context: (world) => ({ ...repository(world), task: 'ship the tide' }),
    read: (world) => ({ ...repository(world), path: 'src/changing.ts', as_of: world.syncs.at(-1) }),
    symbols: (world) => ({ ...repository(world), name: 'ship' }),
    tree: repository,
    history: (world) => ({ ...repository(world), path: 'src/changing.ts', as_of: world.syncs.at(-1) }),
    knowledge: repository,
    status: ({ slug }) => ({ project: slug }),
  };
  const reading = tools.filter(({ changes }) => !changes);
  test('are all asked here', () => {
    expect(reading.map(({ name }) => name).sort()).toEqual(Object.keys(given).sort());
  });
  test.each(reading)('$name costs the same for 3 and for 30', async ({ name, run }) => {
    const statements: number[] = [];
    for (const world of worlds) {
      let sum = 0;
      // How far a branch is behind its source is asked of the source, not of the database.
      const behind = { of: () => Promise.resolve(null) } as unknown as CommitsBehind;
      const ask = async (text: string, variables: object) => {
        const { answer, ...spent } = await cost(text, { ...variables }, world);
        sum += spent.statements;
        return answer;
      };
      await run(given[name]?.(world) ?? {}, new Api(ask, behind));
      statements.push(sum);
    }
    expect(statements[1]).toBeLessThanOrEqual((statements[0] ?? 0) + 2 * APART);
  });
});

describe('each list of the schema', () => {
  const sync =
    '__typename id branch status repository { id name project { id viewerRole } } stats { filesTotal }';
  const file = 'id path text addedBy { id branch repository { name } } supersededBy { id }';
  const entry = 'id title content addedBy { id branch } supersededBy { id }';
  const inProject = (selection: string) => `query($slug: String!) { project(slug: $slug) { ${selection} } }`;
  const inSnapshot = (selection: string) =>
    `query($sync: ID!) { node(id: $sync) { ... on ProjectSync { snapshot { ${selection} } } } }`;
  const lists: Record<string, string> = {
    projects: `{ projects(first: 100) { totalCount nodes { id viewerRole repositories(first: 1) { nodes { id } } } } }`,
    apiKeys: `{ apiKeys { id name project { id slug } } }`,
    'Project.repositories': inProject('repositories { totalCount nodes { id url } }'),
    'Project.syncs': inProject(`syncs(first: 100) { totalCount nodes { ${sync} } }`),
    'Project.syncs.changes': inProject(
      'syncs(first: 100) { nodes { changes(first: 5) { totalCount nodes { kind path } } } }',
    ),
    'Project.syncs.events': inProject(
      'syncs(first: 100) { nodes { events(first: 2) { sequence message stats { filesTotal } } } }',
    ),
    'projects.apiKeys': '{ projects(first: 100) { nodes { apiKeys { id name } } } }',
    'Project.members': inProject('members { role user { id name } }'),
    'Project.patterns': inProject('patterns(first: 100) { totalCount nodes { id evidence { id title } } }'),
    'Project.documents': inProject('documents(first: 100) { totalCount nodes { id addedBy { id branch } } }'),
    'Project.apiKeys': inProject('apiKeys { id name }'),
    'Project.search': inProject(
      `search(query: "ship tide", mode: KEYWORD, first: 100) { totalCount nodes { entry { ${entry} } file { ${file} } } }`,
    ),
    'Repository.branches':
      'query($repository: ID!) { node(id: $repository) { ... on Repository { branches(first: 100) { totalCount nodes { id status repository { name } lastSync { id branch } snapshot { commitOid sync { id } } } } } } }',
    'Repository.syncs': `query($repository: ID!) { node(id: $repository) { ... on Repository { syncs(first: 100) { totalCount nodes { ${sync} previous { id } next { id } restoredFrom { id } } } } } }`,
    'Snapshot.files': inSnapshot(`files(first: 100) { totalCount nodes { ${file} } }`),
    'Snapshot.files.versions': inSnapshot(
      'files(first: 100) { nodes { versions(first: 5) { totalCount nodes { id oid } } } }',
    ),
    'Snapshot.tree': inSnapshot(`tree(path: "last") { name file { ${file} } }`),
    'Snapshot.memory': inSnapshot(`memory(first: 100) { totalCount nodes { ${entry} } }`),
    'RepositoryFile.versions': `query($file: ID!) { node(id: $file) { ... on RepositoryFile { versions(first: 100) { totalCount nodes { ${file} } } } } }`,
    'ProjectSync.changes':
      'query($sync: ID!) { node(id: $sync) { ... on ProjectSync { changes(first: 100) { totalCount nodes { path } } } } }',
    'ProjectSync.events':
      'query($sync: ID!) { node(id: $sync) { ... on ProjectSync { events { sequence message sync { id branch } } } } }',
    nodes:
      'query($ids: [ID!]!) { nodes(ids: $ids) { id ... on ProjectSync { branch repository { name } } } }',
  };
  test.each(Object.entries(lists))('%s costs the same for 3 and for 30', async (name, text) => {
    const [few, many] = await both(text, ({ slug, syncs, repositoryId, fileId }) => ({
      slug,
      sync: syncs.at(-1),
      repository: repositoryId,
      file: fileId,
      ids: syncs,
    }));
    if (name !== 'Project.repositories' && name !== 'ProjectSync.events')
      expect(many.longest).toBeGreaterThanOrEqual(30);
    expect(many.statements).toBeLessThanOrEqual(few.statements + APART);
  });
});

test('a page reads no more rows when the history behind it is a hundred times as long', async () => {
  const world = large();
  const text = `{
    projects(first: 5) { totalCount nodes {
      slug newest: syncs(first: 1) { totalCount nodes { id branch } } oldest: syncs(last: 2) { nodes { id } }
      done: syncs(first: 2, status: [COMPLETED]) { totalCount nodes { id } pageInfo { hasNextPage } }
      repositories { nodes {
        syncs(first: 1, branch: "main") { totalCount nodes { id } }
        branch(name: "main") { status lastSync { id } activeSync { id } }
        branches(first: 3) { nodes { status lastSync { id } activeSync { id } } }
      } }
    } }
  }`;
  // Older ones of each branch, every other one failed.
  const grow = (from: number, to: number) =>
    opened.database.system.execute(
      `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status, number, commit_oid, queued_at)
       SELECT b.project_id, gen_random_uuid(), b.repository_id, b.id, 'MANUAL',
              CASE WHEN n % 2 = 0 THEN 'FAILED' ELSE 'COMPLETED' END::sync_status, CASE WHEN n % 2 = 1 THEN -n END,
              'x', now() - interval '1 year' - n * interval '1 hour'
         FROM branch b JOIN project_member m ON m.project_id = b.project_id AND m.user_id = $1, generate_series($2::int4, $3::int4) n`,
      [world.userId, from, to],
    );
  await grow(1, 12);
  const before = await cost(text, {}, world);
  expect(before.longest).toBe(5);
  await grow(13, 400);
  // A turn that is split in two asks once more who it is for.
  expect((await cost(text, {}, world)).rows).toBeLessThanOrEqual(before.rows + 2 * APART);
});

/** The whole costs no more for 30 than for 3, and each list no more than five statements, with what stands in it. */
async function holds(text: string, variables: (world: World) => Record<string, unknown>): Promise<void> {
  const [few, many] = await both(text, variables);
  expect(many.statements).toBeLessThanOrEqual(few.statements + APART);
  expect(many.frames).toBeLessThanOrEqual(few.frames + APART / 2);
  for (const { name, lists, without } of listsOf(text)) {
    const rest = await inWorld(without, variables, large());
    const most = 5 * lists;
    const [, again] = many.statements - rest.statements <= most ? [few, many] : await both(text, variables);
    expect(Math.min(many.statements, again.statements) - rest.statements, name).toBeLessThanOrEqual(most);
  }
}

const inWorld = (text: string, variables: (world: World) => Record<string, unknown>, world: World) =>
  cost(text.replaceAll(/my-project|(?<=slug: ")example/g, world.slug), variables(world), world);

function large(): World {
  const [, world] = worlds;
  if (world === undefined) throw new Error('The worlds are not there.');
  return world;
}

async function both(
  text: string,
  variables: (world: World) => Record<string, unknown>,
): Promise<[Cost, Cost]> {
  const [small] = worlds;
  if (small === undefined) throw new Error('The worlds are not there.');
  const costs: [Cost, Cost] = [
    await inWorld(text, variables, small),
    await inWorld(text, variables, large()),
  ];
  if (process.env['SHOW_COSTS'] !== undefined)
    process.stderr.write(`COST ${JSON.stringify(costs)} ${text.replace(/\s+/g, ' ').slice(0, 90)}\n`);
  return costs;
}

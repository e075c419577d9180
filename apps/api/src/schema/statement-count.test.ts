import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleTabs } from '../http/example-tabs.ts';
import { Api, type CommitsBehind } from '../mcp/api.ts';
import { tools } from '../mcp/tools.ts';
import { CountedWorld, type Cost } from '../testing/counted-world.ts';
import type { CountedPlace } from '../testing/fill-counted-place.ts';
import { listsOf } from '../testing/lists-in.ts';
import { recipeDocuments } from '../testing/recipe-documents.ts';
import { webDocuments } from '../testing/web-documents.ts';
import { webVariables } from '../testing/web-variables.ts';

// What a query costs at the database's port, with lists of 3 and with lists of 30. A tenant's transaction is opened and
// closed by three statements (BEGIN, who asks, COMMIT), whatever it reads, and several reads share one: those three are
// counted apart, as frames, and everything else is a statement, the look at what the tenant may see among them.
const SIZES = [3, 30] as const;
// Which questions meet in one turn depends on how fast the database answers each: two that miss each other cost a look
// and a look-up more. A list that asks for each of its rows costs 27 more.
const APART = 4;

const world = new CountedWorld();
beforeAll(() => world.open(SIZES), 120_000);
afterAll(() => world.close());

const queries = webDocuments().filter(({ operation }) => operation === 'query');

describe('the queries of the web app', () => {
  test('each of them is asked here', () => {
    expect(queries.map(({ name }) => name).sort()).toEqual(Object.keys(webVariables).sort());
  });

  test.each(queries)(
    '$name costs the same for lists of 3 and of 30, and at most 5 statements a list',
    async ({ name, text }) => {
      const variables = (place: CountedPlace) => webVariables[name]?.(place) ?? {};
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
  const repository = ({ repositoryId }: CountedPlace) => ({ repository: repositoryId });
  const given: Record<string, (place: CountedPlace) => Record<string, unknown>> = {
    search: ({ slug }) => ({ project: slug, queries: ['ship tide'], limit: 50 }),
    context: (place) => ({ ...repository(place), task: 'ship the tide' }),
    read: (place) => ({ ...repository(place), path: 'src/changing.ts', as_of: place.syncs.at(-1) }),
    symbols: (place) => ({ ...repository(place), name: 'ship' }),
    tree: repository,
    history: (place) => ({ ...repository(place), path: 'src/changing.ts', as_of: place.syncs.at(-1) }),
    knowledge: repository,
    status: ({ slug }) => ({ project: slug }),
  };
  const reading = tools.filter(({ changes }) => !changes);
  test('are all asked here', () => {
    expect(reading.map(({ name }) => name).sort()).toEqual(Object.keys(given).sort());
  });
  test.each(reading)('$name costs the same for 3 and for 30', async ({ name, run }) => {
    const statements: number[] = [];
    for (const place of world.places) {
      let sum = 0;
      // How far a branch is behind its source is asked of the source, not of the database.
      const behind = { of: () => Promise.resolve(null) } as unknown as CommitsBehind;
      const ask = async (text: string, variables: object) => {
        const { answer, ...spent } = await world.cost(text, { ...variables }, place);
        sum += spent.statements;
        return answer;
      };
      await run(given[name]?.(place) ?? {}, new Api(ask, behind));
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
  const place = large();
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
  // Older ones of each branch, every other one failed. Without triggers: each row would raise its project's last number, and
  // the versions of one row that a transaction makes are all kept.
  const grow = (from: number, to: number) =>
    world.transaction(async (sql) => {
      await sql.execute('SET LOCAL session_replication_role = replica');
      await sql.execute(
        `INSERT INTO project_sync (project_id, id, repository_id, branch_id, trigger, status, number, commit_oid, queued_at, ordinal)
         SELECT b.project_id, gen_random_uuid(), b.repository_id, b.id, 'MANUAL',
                CASE WHEN n % 2 = 0 THEN 'FAILED' ELSE 'COMPLETED' END::sync_status, CASE WHEN n % 2 = 1 THEN -n END,
                'x', now() - interval '1 year' - n * interval '1 hour', -n * 1000 - row_number() OVER (PARTITION BY b.project_id, n)
           FROM branch b JOIN project_member m ON m.project_id = b.project_id AND m.user_id = $1, generate_series($2::int4, $3::int4) n`,
        [place.userId, from, to],
      );
    });
  await grow(1, 12);
  const before = await world.cost(text, {}, place);
  expect(before.longest).toBe(5);
  await grow(13, 400);
  // A turn that is split in two asks once more who it is for.
  expect((await world.cost(text, {}, place)).rows).toBeLessThanOrEqual(before.rows + 2 * APART);
});

/** The whole costs no more for 30 than for 3, and each list no more than five statements, with what stands in it. */
async function holds(
  text: string,
  variables: (place: CountedPlace) => Record<string, unknown>,
): Promise<void> {
  const [few, many] = await both(text, variables);
  expect(many.statements).toBeLessThanOrEqual(few.statements + APART);
  expect(many.frames).toBeLessThanOrEqual(few.frames + APART / 2);
  for (const { name, lists, without } of listsOf(text)) {
    const rest = await inPlace(without, variables, large());
    const most = 5 * lists;
    const [, again] = many.statements - rest.statements <= most ? [few, many] : await both(text, variables);
    expect(Math.min(many.statements, again.statements) - rest.statements, name).toBeLessThanOrEqual(most);
  }
}

const inPlace = (
  text: string,
  variables: (place: CountedPlace) => Record<string, unknown>,
  place: CountedPlace,
) => world.cost(text.replaceAll(/my-project|(?<=slug: ")example/g, place.slug), variables(place), place);

function large(): CountedPlace {
  const [, place] = world.places;
  if (place === undefined) throw new Error('The places are not there.');
  return place;
}

async function both(
  text: string,
  variables: (place: CountedPlace) => Record<string, unknown>,
): Promise<[Cost, Cost]> {
  const [small] = world.places;
  if (small === undefined) throw new Error('The places are not there.');
  const costs: [Cost, Cost] = [
    await inPlace(text, variables, small),
    await inPlace(text, variables, large()),
  ];
  if (process.env['SHOW_COSTS'] !== undefined)
    process.stderr.write(`COST ${JSON.stringify(costs)} ${text.replace(/\s+/g, ' ').slice(0, 90)}\n`);
  return costs;
}

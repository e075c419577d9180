import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeGlobalID } from './graphql/ids.ts';
import { readAnswer, type Answer } from './testing/ask-as.ts';
import { changes, mutationOf } from './testing/tenant-changes.ts';
import { malformed, type TenantIds } from './testing/tenant-ids.ts';
import { askedInside, questions, subscriptions } from './testing/tenant-questions.ts';
import { openTenantWorld, type TenantWorld } from './testing/tenant-world.ts';

let world: TenantWorld;
beforeAll(async () => {
  world = await openTenantWorld();
}, 60_000);
afterAll(() => world.close());

const uuid = '00000000-0000-4000-8000-000000000000';
const locals: Record<string, string> = {
  'a word': 'constructor',
  'a NUL': '\0',
  'half a surrogate': '\ud800',
  'too many parts': `${uuid}:${uuid}:${uuid}:${uuid}`,
  'a number that is too large': `${uuid}:9223372036854775808:9223372036854775808`,
  'the length of a UUID': '-'.repeat(36),
};
/** The answers for ids that are nowhere: the same for every row of the table, so each is asked for once. */
const answersOfNowhere = new Map<string, Answer>();
test.each(Object.entries(locals))('an id with %s in it is one that is nowhere', async (_name, local) => {
  const asker = world.insiders.find(({ bound, role }) => !bound && role === 'OWNER');
  if (asker === undefined) throw new Error('The world has no owner');
  const bad = malformed(local);
  const alike = async (asking: (ids: TenantIds) => Promise<Answer>, name: string) => {
    const answer = await asking(bad);
    const nowhere = answersOfNowhere.get(name) ?? (await asking(world.nowhere));
    answersOfNowhere.set(name, nowhere);
    expect(answer, name).toEqual(nowhere);
  };
  for (const [name, { text, variables }] of Object.entries(questions))
    await alike((ids) => world.ask(asker, text, variables(ids)), name);
  for (const [name, { text, variables }] of Object.entries(subscriptions))
    await alike((ids) => world.hear(asker, text, variables(ids)), name);
  for (const [name, { text }] of Object.entries(askedInside))
    await alike((ids) => world.ask(asker, text, { ...ids, slug: world.theirs.slug }), name);
  for (const [name, change] of Object.entries(changes).filter(([, { places }]) => places.length > 0)) {
    await alike((ids) => world.ask(asker, mutationOf(name), { input: change.input(ids) }), name);
    if (change.places.some((place) => place.endsWith('.userId')))
      await alike(
        (ids) =>
          world.ask(asker, mutationOf(name), {
            input: change.input({ ...ids, Project: world.theirs.Project }),
          }),
        `${name} of a project that is there`,
      );
  }
  await alike(({ picture }) => world.get(`/raw/${encodeURIComponent(picture)}`, asker), 'raw');
  expect((await world.get('/raw/%', asker)).status).toBe(404);
});

test('ids of removed or unfinalized rows resolve to nothing before the purge, and a sync of them reports only its end', async () => {
  const asker = world.insiders.find(({ bound, role }) => !bound && role === 'OWNER');
  if (asker === undefined) throw new Error('The world has no owner');
  const { prisma } = world.server.database;
  const { id: projectId } = await prisma.project.findUniqueOrThrow({ where: { slug: world.spare.slug } });
  const types = ['MemoryEntry', 'RepositoryFile'];
  const seen = async (names: readonly string[]) => {
    const found: string[] = [];
    for (const name of names) {
      const { text, variables } = questions[`node ${name}`] ?? { text: '', variables: () => ({}) };
      const { data } = readAnswer(await world.ask(asker, text, variables(world.spare)));
      if (data?.['node'] != null) found.push(name);
    }
    return found;
  };
  const snapshot = async () =>
    readAnswer(
      await world.ask(
        asker,
        'query ($id: ID!) { node(id: $id) { ... on ProjectSync { status snapshot { paths } } } }',
        { id: world.spare.ProjectSync },
      ),
    ).data;
  const picture = async () =>
    (await world.get(`/raw/${encodeURIComponent(world.spare.picture)}`, asker)).status;

  expect(await seen([...types, 'Repository'])).toEqual([...types, 'Repository']);
  expect([await snapshot(), await picture()]).toEqual([
    { node: { status: 'COMPLETED', snapshot: { paths: ['spare.bin', 'spare.ts'] } } },
    200,
  ]);
  // As while a sync is at work that brings a file with the same content.
  const [projectPart = '', entryPart = ''] = Buffer.from(world.spare.MemoryEntry, 'base64')
    .toString()
    .split(':')
    .slice(1);
  const [brought] = await world.server.database.system.query<{ id: bigint }>(
    `INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, added)
     SELECT f.project_id, f.branch_id, 'brought.ts', f.mode, f.oid, f.dialect, b.head + 1
       FROM repository_file f JOIN branch b ON b.project_id = f.project_id AND b.id = f.branch_id
      WHERE f.project_id = $1 AND f.path = 'spare.ts'::bytea RETURNING id`,
    [projectId],
  );
  const atWork = `${projectPart}:${entryPart}:${brought?.id ?? 0n}`;
  const node = { id: encodeGlobalID('MemoryEntry', atWork) };
  const asked = await world.ask(asker, 'query ($id: ID!) { node(id: $id) { id } }', node);
  expect([brought?.id, readAnswer(asked).data]).toEqual([expect.any(BigInt), { node: null }]);

  await prisma.branch.updateMany({ where: { projectId, name: 'main' }, data: { removedAt: new Date() } });
  await prisma.repository.updateMany({ where: { projectId }, data: { removedAt: new Date() } });
  expect(await seen([...types, 'Repository'])).toEqual([]);
  expect([await snapshot(), await picture()]).toEqual([
    { node: { status: 'COMPLETED', snapshot: null } },
    404,
  ]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from './testing/ask-as.ts';
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
test.each(Object.entries(locals))('an id with %s in it is one that is nowhere', async (_name, local) => {
  const asker = world.insiders.find(({ bound, role }) => !bound && role === 'OWNER');
  if (asker === undefined) throw new Error('The world has no owner');
  const bad = malformed(local);
  const alike = async (asking: (ids: TenantIds) => Promise<Answer>, name: string) =>
    expect(await asking(bad), name).toEqual(await asking(world.nowhere));
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
        name,
      );
  }
  await alike(({ picture }) => world.get(`/raw/${encodeURIComponent(picture)}`, asker), 'raw');
  expect((await world.get('/raw/%', asker)).status).toBe(404);
});

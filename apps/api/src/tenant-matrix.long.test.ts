import { tableCensus } from '@project-sync/db/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { holds, scopes } from './auth/api-key.ts';
import { encodeGlobalID } from './graphql/ids.ts';
import { readAnswer, type Answer } from './testing/ask-as.ts';
import { changes, mutationOf, type Change } from './testing/tenant-changes.ts';
import type { TenantIds } from './testing/tenant-ids.ts';
import {
  askedInside,
  openQuestions,
  ownQuestions,
  questions,
  subscriptions,
  changingTools,
  toolCalls,
} from './testing/tenant-questions.ts';
import { MARK, openTenantWorld, type Asker, type TenantWorld } from './testing/tenant-world.ts';

// Everything that the schema offers, asked by every kind of caller. The questions stand in tables, and `tenant-tables.test.ts` holds
// them to the schema: a field, a type, an argument or a tool that is missing from them fails there.

let world: TenantWorld;
beforeAll(async () => {
  world = await openTenantWorld();
  const waiting = `SELECT FROM pgboss.job WHERE state < 'completed'`;
  await vi.waitFor(async () => expect(await world.server.database.system.query(waiting)).toEqual([]), 20_000);
}, 60_000);
afterAll(() => world.close());

/** Words and ids of the watched project in an answer, also inside of opaque ids and cursors. */
function leaks(text: string): string[] {
  const opaque = [...text.matchAll(/[\w+/=-]{16,}/g)].map(([word]) =>
    Buffer.from(word, 'base64').toString('latin1'),
  );
  return world.secrets.filter((secret) => [text, ...opaque].some((each) => each.includes(secret)));
}

/** Asks for what is there, for what is not there within, and for what never was: one answer, which tells nothing. */
async function same(asking: (ids: TenantIds) => Promise<Answer>, name: string): Promise<Answer> {
  const theirs = await asking(world.theirs);
  expect(await asking(world.within), `${name}: something that is not there, in a project that is`).toEqual(
    theirs,
  );
  expect(await asking(world.nowhere), `${name}: something that is nowhere`).toEqual(theirs);
  expect(leaks(theirs.text), name).toEqual([]);
  return theirs;
}

const everyone = () => [...world.outsiders, ...world.insiders];
/** Those who have a project of their own. */
const inOther = () => world.outsiders.filter(({ name }) => /another project|elsewhere/.test(name));
const isAnonymous = ({ scope }: Asker) => scope === null;

describe('a caller outside of a project', () => {
  test('reads nothing of it, and the same as of what never was', async () => {
    for (const asker of world.outsiders)
      for (const [name, { text, variables }] of Object.entries(questions)) {
        const answer = await same((ids) => world.ask(asker, text, variables(ids)), `${asker.name}, ${name}`);
        const { data } = readAnswer(answer);
        const told = JSON.stringify(data?.['project'] ?? data?.['node'] ?? data?.['nodes'] ?? null);
        expect(told, `${asker.name}, ${name}`).toMatch(/^(null|\[(null,?)+\])$/);
        const refused = isAnonymous(asker) && name === 'project';
        expect(readAnswer(answer).codes).toEqual(refused ? ['UNAUTHENTICATED'] : []);
        expect(answer.status).toBe(refused ? 401 : 200);
      }
  });

  test('is told what is their own, and nothing of it', async () => {
    for (const asker of world.outsiders)
      for (const [name, text] of Object.entries(ownQuestions)) {
        const answer = await world.ask(asker, text);
        expect(leaks(answer.text), `${asker.name}, ${name}`).toEqual([]);
        const refused = isAnonymous(asker) ? 'UNAUTHENTICATED' : 'FORBIDDEN';
        const open =
          name === 'viewer' ||
          (!isAnonymous(asker) && (!['apiKeys', 'sessions'].includes(name) || asker.scope === 'ADMIN'));
        expect(readAnswer(answer).codes, `${asker.name}, ${name}`).toEqual(open ? [] : [refused]);
      }
    for (const asker of inOther())
      for (const [name, { text, variables }] of Object.entries(openQuestions)) {
        const answer = await world.ask(asker, text, variables(world.elsewhere));
        expect(leaks(answer.text), `${asker.name}, ${name}`).toEqual([]);
        if (name !== 'node ApiKey') expect(answer.text, `${asker.name}, ${name}`).toContain('"id":"');
      }
  });

  test('finds it through no argument and no cursor of a project of their own', async () => {
    const [own] = inOther();
    expect(inOther()).toHaveLength(1 + scopes.length);
    for (const asker of inOther())
      for (const [name, { text }] of Object.entries(askedInside)) {
        const mine = { slug: world.elsewhere.slug };
        const answer = await same(
          (ids) => world.ask(asker, text, { ...ids, ...mine }),
          `${asker.name}, ${name}`,
        );
        expect(await world.ask(asker, text, { ...world.withinElsewhere, ...mine }), name).toEqual(answer);
      }
    const cursors = ['repositories', 'syncs', 'patterns', 'documents'];
    const page = (list: string) =>
      `query ($slug: String!, $after: String) { project(slug: $slug) { ${list}(first: 3, after: $after) { totalCount nodes { id } pageInfo { endCursor } } } }`;
    for (const list of cursors) {
      const [insider] = world.insiders;
      if (insider === undefined || own === undefined) throw new Error('There is no insider.');
      const first = (await world.ask(insider, page(list), { slug: world.theirs.slug })).text;
      const theirs = Buffer.from(/"endCursor":"([^"]+)"/.exec(first)?.[1] ?? '', 'base64').toString();
      expect(theirs).toContain('GPC:');
      const never = theirs.replaceAll(/[0-9a-f]{8}-/g, '00000000-');
      const [here, none] = await Promise.all(
        [theirs, never].map((cursor) =>
          world.ask(own, page(list), {
            slug: world.elsewhere.slug,
            after: Buffer.from(cursor).toString('base64'),
          }),
        ),
      );
      expect(here, list).toEqual(none);
      expect(leaks(here?.text ?? ''), list).toEqual([]);
    }
  });

  test('hears nothing of it, and is told why', async () => {
    for (const asker of world.outsiders)
      for (const [name, { text, variables }] of Object.entries(subscriptions)) {
        const heard = await same((ids) => world.hear(asker, text, variables(ids)), `${asker.name}, ${name}`);
        expect(heard.text).not.toContain('"data":{');
        expect(heard.text).toContain(isAnonymous(asker) ? '"UNAUTHENTICATED"' : '_NOT_FOUND"');
        const socket = await same(
          (ids) => world.hearSocket(asker, text, variables(ids)),
          `${asker.name}, ${name} over a socket`,
        );
        expect(socket.text).not.toContain('"data":{');
        if (isAnonymous(asker)) expect(socket).toMatchObject({ status: 4403, text: '' });
        else expect(socket.text).toContain('_NOT_FOUND"');
      }
  });

  test('reads nothing over a socket that it does not read otherwise', async () => {
    for (const asker of world.outsiders.filter((each) => !isAnonymous(each))) {
      const { text, variables } = questions['nodes'] ?? never();
      const answer = await same((ids) => world.hearSocket(asker, text, variables(ids)), asker.name);
      expect(answer.text, asker.name).toMatch(/"nodes":\[(null,?)+\]/);
    }
  });

  test('gets none of its bytes, and nothing of it from a tool', async () => {
    for (const asker of world.outsiders) {
      const bytes = await same(
        ({ picture }) => world.get(`/raw/${encodeURIComponent(picture)}`, asker),
        asker.name,
      );
      expect(bytes.status).toBe(404);
      for (const [name, calls] of Object.entries(toolCalls))
        for (const index of calls(world.theirs).keys()) {
          const answer = await same(
            (ids) => world.call(asker, name, calls(ids)[index] ?? {}),
            `${asker.name}, ${name}`,
          );
          if (isAnonymous(asker)) expect(answer.status).toBe(401);
          else expect(answer.text, name).toMatch(/"isError":true/);
        }
    }
  });
});

describe('a member of a project', () => {
  test('reads all of it, but for the keys of others', async () => {
    for (const asker of world.insiders) {
      for (const [name, { text, variables }] of Object.entries(openQuestions)) {
        const answer = await world.ask(asker, text, variables(world.theirs));
        const { data } = readAnswer(answer);
        if (name === 'node ApiKey' && !manages(asker)) expect(data, asker.name).toEqual({ node: null });
        else expect(leaks(answer.text), `${asker.name}, ${name}`).not.toEqual([]);
        expect(readAnswer(answer).codes, `${asker.name}, ${name}`).toEqual([]);
      }
      const picture = await world.get(`/raw/${encodeURIComponent(world.theirs.picture)}`, asker);
      expect(picture.status, asker.name).toBe(200);
    }
  });

  test('is refused the fields that take a larger scope than the key has', async () => {
    const fields = {
      ADMIN: ['{ apiKeys { name } }', 'query ($slug: String!) { project(slug: $slug) { apiKeys { name } } }'],
      SYNC: ['query ($Branch: ID!) { node(id: $Branch) { ... on Branch { verification { commitOid } } } }'],
    } as const;
    for (const asker of world.insiders)
      for (const needed of ['ADMIN', 'SYNC'] as const)
        for (const text of fields[needed])
          expect(
            readAnswer(await world.ask(asker, text, world.theirs)).codes,
            `${asker.name}, ${text}`,
          ).toEqual(holds([asker.scope ?? 'READ'], needed) ? [] : ['FORBIDDEN']);
  });

  test('sees no key that it is not bound with, and no project but that one', async () => {
    const { prisma } = world.server.database;
    const { ownerId } = await prisma.apiKey.findFirstOrThrow({ where: { name: MARK } });
    const loose = await prisma.apiKey.create({
      data: { ownerId, name: 'loose', prefix: 'loose', hash: 'loose', scopes: ['ADMIN'] },
    });
    for (const asker of world.insiders.filter(manages)) {
      const made = await world.ask(
        asker,
        'mutation { createApiKey(input: { name: "x", scopes: [ADMIN] }) { ... on CreateApiKeySuccess { apiKey { project { slug } } } } }',
      );
      expect(readAnswer(made).data, asker.name).toEqual({
        createApiKey: { apiKey: { project: asker.bound ? { slug: world.theirs.slug } : null } },
      });
      const id = encodeGlobalID('ApiKey', loose.id);
      const { data } = readAnswer(
        await world.ask(
          asker,
          'query ($id: ID!, $other: ID!) { node(id: $id) { id } other: node(id: $other) { id } projects { totalCount } }',
          {
            id,
            other: world.spare.ApiKey,
          },
        ),
      );
      expect(data, asker.name).toEqual(
        asker.bound
          ? { node: null, other: null, projects: { totalCount: 1 } }
          : { node: { id }, other: { id: world.spare.ApiKey }, projects: { totalCount: 2 } },
      );
    }
  });

  test('is told its own rights by a stream that others follow with it', async () => {
    const text =
      'subscription ($running: ID!) { syncProgress(syncId: $running) { sync { repository { project { viewerRole apiKeys { name } } } } } }';
    const heard = await Promise.all(
      [...world.insiders, ...world.insiders].map(
        async (asker) => [asker, await world.hearFirst(asker, text, world.theirs)] as const,
      ),
    );
    for (const [asker, said] of heard)
      if (asker.scope !== 'ADMIN') expect(said, asker.name).toContain('"FORBIDDEN"');
      else {
        expect(said, asker.name).toContain(`"viewerRole":"${asker.role ?? ''}"`);
        expect(said.includes(`"name":"${MARK}"`), asker.name).toBe(manages(asker));
      }
  });

  test('hears what happens in it, and calls its tools', async () => {
    for (const asker of world.insiders) {
      for (const [name, { text, variables }] of Object.entries(subscriptions))
        expect(
          await world.hearFirst(asker, text, variables(world.theirs)),
          `${asker.name}, ${name}`,
        ).toContain(`"${name}":{`);
      for (const [name, calls] of Object.entries(toolCalls).filter(([each]) => !changingTools.includes(each)))
        for (const input of calls(world.theirs).filter((each) => each['branch'] === undefined)) {
          const { text } = await world.call(asker, name, input);
          expect(text, `${asker.name}, ${name}`).not.toContain('"isError":true');
          expect(text, `${asker.name}, ${name}`).toContain('"content":[');
        }
    }
  });
});

const manages = ({ role, scope }: Asker) => role === 'OWNER' && scope === 'ADMIN';

describe('a change that is refused', () => {
  const result = z.object({ __typename: z.string(), code: z.string().optional() });
  const ranks = { VIEWER: 0, EDITOR: 1, OWNER: 2 };

  /** The refusal the contract prescribes for this caller; null where the change is made. */
  function refusal(asker: Asker, change: Change): { error: string } | { type: string; code: string } | null {
    if (asker.scope === null) return { error: 'UNAUTHENTICATED' };
    if (!holds([asker.scope], change.scope)) return { error: 'FORBIDDEN' };
    if (change.refused !== undefined) return change.refused;
    if (change.role === null) return asker.bound ? { type: 'ForbiddenError', code: change.unknown } : null;
    if (asker.role === null) return { type: 'NotFoundError', code: change.unknown };
    if (ranks[asker.role] >= ranks[change.role]) return null;
    return change.own === true
      ? { type: 'NotFoundError', code: change.unknown }
      : { type: 'ForbiddenError', code: 'ROLE_TOO_LOW' };
  }

  // The rows after one refused change are those before the next.
  let before: Record<string, string>;
  beforeAll(async () => {
    before = await tableCensus(world.server.database);
  });
  /** That no row is another since the last look. */
  async function unchanged(name: string): Promise<void> {
    const [earlier, now] = [before, await tableCensus(world.server.database)];
    before = now;
    expect(now, name).toEqual(earlier);
  }

  test.each(Object.entries(changes))('%s changes no row, and says why', async (name, change) => {
    let refused = 0;
    for (const asker of [...world.outsiders, ...world.insiders]) {
      const expected = refusal(asker, change);
      if (expected === null) continue;
      refused += 1;
      const outside = world.outsiders.includes(asker);
      const asking = (ids: TenantIds) => world.ask(asker, mutationOf(name), { input: change.input(ids) });
      const answer = outside ? await same(asking, `${asker.name}, ${name}`) : await asking(world.theirs);
      const told = result.safeParse(readAnswer(answer).data?.[name]).data;
      expect('error' in expected ? readAnswer(answer).codes : told, `${asker.name}, ${name}`).toEqual(
        'error' in expected ? [expected.error] : { __typename: expected.type, code: expected.code },
      );
    }
    expect(refused).toBeGreaterThan(scopes.length);
    // Counting every table takes longer than all of these requests, and no refused one could undo another's change.
    await unchanged(name);
  });

  test('a tool that starts a sync changes no row either', async () => {
    const refused = everyone().filter((asker) => refusal(asker, changes['startSync'] ?? never()) !== null);
    expect(refused.length).toBeGreaterThan(scopes.length);
    for (const asker of refused) {
      const { text, status } = await world.call(asker, 'sync', { repository: world.theirs.Repository });
      if (status !== 401) expect(text, asker.name).toMatch(/"isError":true/);
    }
    await unchanged('sync');
  });

  const together = Object.entries(changes).filter(([, { apart }]) => apart !== true);

  test.each(together)('while %s is done for the least who may', async (name, change) => {
    const allowed = everyone().filter((asker) => refusal(asker, change) === null);
    // People change the one project, and keys the other, so that each has something left to take away.
    const person = allowed.find(({ bound }) => !bound);
    const key = allowed.find(({ bound }) => bound);
    expect(person).toBeDefined();
    if (change.role !== null) expect(key?.name).toBe(`a key for ${change.scope}`);
    for (const [asker, ids] of [[person, world.spare] as const, [key, world.theirs] as const]) {
      if (asker === undefined) continue;
      const answer = await world.ask(asker, mutationOf(name), { input: change.input(ids) });
      const success: unknown = expect.stringMatching(/Success$/);
      expect(readAnswer(answer).data?.[name], `${asker.name}: ${answer.text}`).toMatchObject({
        __typename: success,
      });
    }
  });
});

function never(): never {
  throw new Error('It is in the table.');
}

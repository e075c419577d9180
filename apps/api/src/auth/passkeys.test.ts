import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestServer } from '../testing/open-test-server.ts';
import { SoftAuthenticator, type DeviceOptions } from '../testing/soft-authenticator.ts';
import { Visitor } from '../testing/visitor.ts';
import { passkeyHost } from './passkeys.ts';

const site: DeviceOptions = { host: 'sync.example', origin: 'https://sync.example' };
let server: Awaited<ReturnType<typeof openTestServer>>;
beforeAll(async () => {
  server = await openTestServer({ PUBLIC_URL: site.origin, TRUSTED_PROXIES: 'loopback' });
}, 60_000);
afterAll(() => server.close());

/** Every visitor comes from an address of their own, since tries are counted by address. */
let visitors = 0;
const visitor = () => {
  visitors += 1;
  return new Visitor(`http://127.0.0.1:${server.port}`, { origin: site.origin, client: `9.9.9.${visitors}` });
};

/** A new user who has just signed in by a link. */
async function user(): Promise<{ visitor: Visitor; id: string; email: string }> {
  const id = randomUUID();
  const email = `${id}@example.invalid`;
  await server.database.prisma.user.create({ data: { id, name: 'x', email } });
  const signedIn = visitor();
  await signedIn.follow(`/sign-in?token=${await server.signInToken(email)}`);
  expect(await signedIn.name()).toBe(email);
  return { visitor: signedIn, id, email };
}

async function challenge(by: Visitor, way: 'add' | 'sign-in'): Promise<string> {
  const answer = await (way === 'add'
    ? by.go('/api/account/passkeys/challenge', { json: {} })
    : by.go('/api/auth/passkey/generate-authenticate-options'));
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { challenge: string }).challenge;
}
const store = (by: Visitor, response: object, name = 'Laptop') =>
  by.go('/api/account/passkeys', { json: { name, response } });
const signIn = (by: Visitor, response: object) =>
  by.go('/api/auth/passkey/verify-authentication', { json: { response } });
const codeOf = async (answer: Response): Promise<unknown> =>
  ((await answer.json()) as { code: unknown }).code;
const listed = async (by: Visitor) => {
  const account = (await (await by.go('/api/account')).json()) as {
    passkeys: { id: string; name: string }[];
  };
  return account.passkeys;
};

async function userWithPasskey() {
  const made = await user();
  const device = new SoftAuthenticator();
  expect((await store(made.visitor, device.create(await challenge(made.visitor, 'add'), site))).status).toBe(
    204,
  );
  return { ...made, device };
}

test('a passkey is added, listed, signs its user in, and no longer does once it is removed', async () => {
  const { visitor: owner, email, id, device } = await userWithPasskey();
  const [passkey] = await listed(owner);
  expect(passkey).toMatchObject({ name: 'Laptop', isSynced: false });
  const elsewhere = visitor();
  expect((await signIn(elsewhere, device.get(await challenge(elsewhere, 'sign-in'), site))).status).toBe(200);
  expect(await elsewhere.name()).toBe(email);
  const remove = (by: Visitor) => by.go('/api/account/passkeys/remove', { json: { id: passkey?.id } });
  const other = await user();
  expect((await remove(other.visitor)).status).toBe(404);
  expect((await remove(owner)).status).toBe(204);
  expect((await remove(owner)).status).toBe(404);
  expect(await listed(owner)).toEqual([]);
  const late = visitor();
  expect((await signIn(late, device.get(await challenge(late, 'sign-in'), site))).status).toBe(401);
  expect(await late.name()).toBeNull();
  const { prisma } = server.database;
  const log = await prisma.auditLog.findMany({ where: { subject: id }, orderBy: { at: 'asc' } });
  const ways = log.filter(({ action }) => action.endsWith('SignIn'));
  expect(ways.map(({ action, detail }) => [action, detail])).toEqual([
    ['addSignIn', { way: 'passkey', name: 'Laptop' }],
    ['removeSignIn', { way: 'passkey', name: 'Laptop' }],
  ]);
  expect(ways.every(({ credential }) => credential?.startsWith('session '))).toBe(true);
});

describe('a passkey is not added', () => {
  test.each([
    ['for another site', { origin: 'https://sync.example.elsewhere.test' }],
    ['for another host', { host: 'elsewhere.test' }],
    ['by a device that does not check its user', { isVerifying: false }],
  ])('%s', async (_name, given) => {
    const { visitor: owner } = await user();
    const made = new SoftAuthenticator().create(await challenge(owner, 'add'), { ...site, ...given });
    expect(await codeOf(await store(owner, made))).toBe('PASSKEY_NOT_ADDED');
    expect(await listed(owner)).toEqual([]);
  });

  test('for a challenge that was used, that another user got, or that is none', async () => {
    const { visitor: owner } = await user();
    const { visitor: other } = await user();
    const given = await challenge(owner, 'add');
    await challenge(other, 'add');
    expect(await codeOf(await store(other, new SoftAuthenticator().create(given, site)))).toBe(
      'PASSKEY_NOT_ADDED',
    );
    expect((await store(owner, new SoftAuthenticator().create(given, site))).status).toBe(204);
    for (const made of [new SoftAuthenticator().create(given, site), {}, { id: 7, response: 'none' }])
      expect(await codeOf(await store(owner, made))).toBe('PASSKEY_NOT_ADDED');
    expect(await codeOf(await store(owner, {}, ' '.repeat(3)))).toBe('INVALID_NAME');
    expect(await codeOf(await store(owner, {}, 'x'.repeat(61)))).toBe('INVALID_NAME');
    expect((await store(visitor(), {})).status).toBe(401);
  });

  test('beyond twenty', async () => {
    const { visitor: owner, id: userId } = await user();
    await server.database.prisma.passkey.createMany({
      data: Array.from({ length: 20 }, (_, index) => ({
        ...{ id: randomUUID(), userId, name: 'x', publicKey: 'x', credentialID: `${userId} ${index}` },
        ...{ counter: 2 ** 32 - 1, deviceType: 'singleDevice', backedUp: false },
      })),
    });
    const asked = await owner.go('/api/account/passkeys/challenge', { json: {} });
    expect([asked.status, await codeOf(asked)]).toEqual([409, 'TOO_MANY_PASSKEYS']);
  });
});

describe('a passkey signs no one in', () => {
  test.each([
    ['at another site', { origin: 'https://elsewhere.test' }],
    ['at another host', { host: 'elsewhere.test' }],
    ['where the device does not check its user', { isVerifying: false }],
  ])('%s', async (_name, given) => {
    const { device } = await userWithPasskey();
    const thief = visitor();
    const answer = await signIn(thief, device.get(await challenge(thief, 'sign-in'), { ...site, ...given }));
    expect([answer.status < 500, answer.ok, await thief.name()]).toEqual([true, false, null]);
  });

  test('with an answer that was recorded, with a signature of another key, or with nonsense', async () => {
    const { device } = await userWithPasskey();
    const thief = visitor();
    const given = await challenge(thief, 'sign-in');
    const recorded = device.get(given, site);
    expect((await signIn(thief, recorded)).status).toBe(200);
    const again = visitor();
    await challenge(again, 'sign-in');
    const id = device.id.toString('base64url');
    const forged = new SoftAuthenticator();
    const wrong = { ...forged.get(await challenge(again, 'sign-in'), site), id, rawId: id };
    for (const response of [recorded, wrong, {}, { id: { not: '' } }, { id: 'x'.repeat(5000) }, { id }]) {
      const answer = await signIn(again, response);
      expect([answer.status >= 400, answer.status < 500]).toEqual([true, true]);
    }
    expect(await again.name()).toBeNull();
  });

  test('who is shut out', async () => {
    const { device, id } = await userWithPasskey();
    await server.database.prisma.user.update({ where: { id }, data: { shutOutAt: new Date() } });
    const back = visitor();
    expect((await signIn(back, device.get(await challenge(back, 'sign-in'), site))).status).toBe(403);
    expect(await back.name()).toBeNull();
  });
});

test('a session of more than an hour changes nothing about how its user signs in', async () => {
  const { visitor: owner, id: userId } = await userWithPasskey();
  const [passkey] = await listed(owner);
  const createdAt = new Date(Date.now() - 61 * 60_000);
  await server.database.prisma.session.updateMany({ where: { userId }, data: { createdAt } });
  const provider = { provider: 'github', callbackURL: '/account', errorCallbackURL: '/account' };
  const asked: Record<string, object> = {
    '/api/account/passkeys/challenge': {},
    '/api/account/passkeys': { name: 'Thief', response: {} },
    '/api/account/passkeys/remove': { id: passkey?.id },
    '/api/account/password': { wanted: 'nine berths by dawn' },
    '/api/auth/link-social': provider,
  };
  for (const [path, json] of Object.entries(asked)) {
    const answer = await owner.go(path, { json });
    expect([path, answer.status, await codeOf(answer)]).toEqual([path, 403, 'SESSION_NOT_FRESH']);
  }
  expect(await listed(owner)).toHaveLength(1);
});

test("the library's own paths, which ask for no fresh sign-in, are closed", async () => {
  const { visitor: owner } = await user();
  const paths = ['generate-register-options', 'verify-registration', 'list-user-passkeys'];
  for (const path of [...paths, 'delete-passkey', 'update-passkey'])
    for (const post of [undefined, { json: { id: 'x', name: 'x' } }])
      expect((await owner.go(`/api/auth/passkey/${path}`, post)).status, path).toBe(404);
});

test.each([
  ['https://sync.example', 'sync.example'],
  ['http://localhost:4000', 'localhost'],
  ['http://127.0.0.1:4000', null],
  ['http://[::1]:4000', null],
  ['https://10.0.0.1', null],
  ['http://sync.example', null],
  ['http://localhost.example', null],
])('passkeys at %s are bound to %s', (publicUrl, host) => {
  expect(passkeyHost(publicUrl)).toBe(host);
});

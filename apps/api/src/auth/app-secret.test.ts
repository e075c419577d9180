import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase, type TestDatabase } from '@project-sync/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkAppSecrets, readAppSecrets } from './app-secret.ts';
import { renewCookie } from './renew-cookie.ts';
import { resealTokens } from './reseal-tokens.ts';
import { sealWith } from './token-cipher.ts';

const [first, second, third] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

async function storeToken(token: string): Promise<{ row: string; cipher: () => Promise<Uint8Array> }> {
  const { prisma } = opened.database;
  const project = await prisma.project.create({ data: { slug: token, name: 'P' } });
  const made = await prisma.repository.create({
    data: { projectId: project.id, provider: 'GITHUB', url: token, name: 'r' },
  });
  const key = { projectId: project.id, id: made.id };
  const row = `${project.id}:${made.id}`;
  const tokenCipher = new Uint8Array(sealWith([first]).close(token, row));
  await prisma.repository.update({ where: { projectId_id: key }, data: { tokenCipher } });
  const cipher = async () =>
    (await prisma.repository.findUniqueOrThrow({ where: { projectId_id: key } })).tokenCipher ??
    new Uint8Array();
  return { row, cipher };
}

test('the secret is changed without a stored token being lost', async () => {
  await checkAppSecrets(opened.database, [first], false);
  const { row, cipher } = await storeToken('github-token');
  await checkAppSecrets(opened.database, [second, first], false);
  expect(await resealTokens(opened.database, sealWith([second, first]))).toBe(0);
  expect(sealWith([second]).open(await cipher(), row)).toBe('github-token');
  await checkAppSecrets(opened.database, [second], false);
});

test('another secret is refused with the remedy, unless its loss is accepted; its tokens then say what to do', async () => {
  await expect(checkAppSecrets(opened.database, [third], false)).rejects.toThrow(/APP_SECRET_LOST/);
  await checkAppSecrets(opened.database, [third], true);
  const { row, cipher } = await storeToken('lost-token');
  const sealed = await cipher();
  expect(() => sealWith([third]).open(sealed, row)).toThrow(/another APP_SECRET/);
  expect(await resealTokens(opened.database, sealWith([third]))).toBeGreaterThan(0);
  expect(await cipher()).toEqual(sealed);
});

test('a session that an older secret signed stays valid, and one that none signed does not', () => {
  const signed = (secret: string) => {
    const headers = new Headers();
    headers.set('cookie', `a=b; __Host-project_sync=token.${encodeURIComponent(signatureOf(secret))}; c=d`);
    return headers;
  };
  expect(renewCookie(signed(first), [second, first]).get('cookie')).toBe(signed(second).get('cookie'));
  const unknown = signed(third);
  expect(renewCookie(unknown, [second, first])).toBe(unknown);
});

test('an empty secret in the data folder is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-secret-'));
  await writeFile(join(folder, 'app.secret'), '\n');
  await expect(readAppSecrets({ APP_SECRET: null, DATA_DIR: folder })).rejects.toThrow(/0 characters/);
  await rm(folder, { recursive: true });
});

/** The library's form: HMAC-SHA256 in Base64. */
function signatureOf(secret: string): string {
  return createHmac('sha256', secret).update('token').digest('base64');
}

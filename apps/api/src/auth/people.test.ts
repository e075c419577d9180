import { tableCensus } from '@project-sync/db/testing';
import { expect, test } from 'vitest';
import { openTestServer } from '../testing/open-test-server.ts';
import { openPeople } from './people.ts';

test('an anonymous caller changes nothing through any sign-in endpoint, and learns no email', async () => {
  const server = await openTestServer();
  const { database, url } = server;
  const { email } = await database.prisma.user.findFirstOrThrow();
  const { endpoints } = openPeople({
    database,
    secrets: ['of a test'],
    publicUrl: url,
    github: null,
    openid: null,
  });
  expect(endpoints.map(({ path }) => path)).toContain('/sign-in/magic-link');
  const text = 'x'.repeat(20);
  const body = JSON.stringify({
    ...{
      email,
      newEmail: email,
      name: text,
      token: text,
      otp: text,
      provider: 'github',
      providerId: 'github',
    },
    ...{
      password: text,
      currentPassword: text,
      newPassword: text,
      accountId: text,
      callbackURL: '/',
      redirectTo: '/',
    },
  });
  const before = await tableCensus(database);
  for (const { path, methods } of endpoints)
    for (const method of methods) {
      const response = await fetch(
        `${url}/api/auth${path.replace(/:\w+/, text)}?token=${text}&callbackURL=%2F`,
        {
          method,
          redirect: 'manual',
          headers: { 'content-type': 'application/json', origin: new URL(url).origin },
          ...(method === 'GET' ? {} : { body }),
        },
      );
      const asked = `${method} ${path}`;
      expect(response.status, asked).toBeLessThan(500);
      expect(await response.text(), asked).not.toContain(email);
      expect(
        response.headers.getSetCookie().filter((line) => /session_token=\w/.test(line)),
        asked,
      ).toEqual([]);
      expect(await tableCensus(database), asked).toEqual(before);
    }
  // The server's own calls still work.
  expect(await server.signInToken()).toMatch(/^\w{20,}$/);
  await server.close();
});

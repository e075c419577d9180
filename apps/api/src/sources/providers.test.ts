import { createServer } from 'node:http';
import { openTestDatabase } from '@project-sync/db/testing';
import { launchHere } from '@project-sync/sync';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { sealWith } from '../auth/token-cipher.ts';
import { readConfiguration } from '../configuration.ts';
import { openGitHubApps } from './github-apps.ts';
import { sourceProvidersOf } from './providers.ts';

test("the operator's token is sent only for repositories that may use it, and never beside their own", async () => {
  const sent: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    sent.push(request.headers.authorization);
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const operator = `ghp_${'o'.repeat(36)}`;
  const apiUrl = `http://127.0.0.1:${address instanceof Object ? address.port : 0}`;
  await using opened = await openTestDatabase();
  const parts = {
    database: opened.database,
    seal: sealWith(['s'.repeat(40)]),
    log: pino({ level: 'silent' }),
  };
  const { GITHUB: provider } = sourceProvidersOf(
    readConfiguration({ GITHUB_API_URL: apiUrl, GITHUB_TOKEN: operator }),
    { launch: launchHere, onBudget: () => undefined, githubApps: openGitHubApps(parts, apiUrl) },
  );
  const url = 'https://127.0.0.1/owner/name';
  const tokensFor = async (access: { token: string | null; operatorAccess: boolean }): Promise<string> => {
    sent.length = 0;
    const source = await provider.open(url, access);
    const { signal } = new AbortController();
    await expect(source.defaultBranch({ signal })).rejects.toThrow();
    await source.close();
    return sent.join(' ');
  };
  expect(provider.needsOperator(url, null)).toBe('token');
  expect(await tokensFor({ token: null, operatorAccess: false })).not.toContain(operator);
  expect(await tokensFor({ token: null, operatorAccess: true })).toContain(operator);
  const own = await tokensFor({ token: 'ghp_own', operatorAccess: true });
  expect(own).toContain('ghp_own');
  expect(own).not.toContain(operator);
});

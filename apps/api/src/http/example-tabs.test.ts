import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { exampleTabs, PLACEHOLDERS } from './example-tabs.ts';
import { openTestServer } from '../testing/open-test-server.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let at: TestRepository;
beforeAll(async () => {
  server = await openTestServer();
  at = await createRepository();
  at.commit('main', { 'configuration.ts': 'export function readConfiguration() {\n  return 1;\n}\n' });
}, 60_000);
afterAll(async () => {
  await server.close();
  await at.remove();
});

const problems = z.object({ errors: z.array(z.unknown()).optional() });

/** Does what a person does in GraphiQL: runs the tabs in order, and replaces the placeholders by the IDs received. */
test('the ten tabs, run in order with the IDs they return, lead from an empty project to search results', async () => {
  const ids = new Map<string, string>();
  const answers: string[] = [];
  for (const { query } of exampleTabs({ ...PLACEHOLDERS, provider: 'GIT', url: at.path })) {
    const text = query.replace(
      /"(PROJECT_ID|REPOSITORY_ID|SYNC_ID)"/g,
      (_all, name: string) => `"${ids.get(name) ?? ''}"`,
    );
    const answer = await asked(text);
    expect(answer, text).not.toContain('"code":');
    answers.push(answer);
    const [, kind = '', id = ''] = /"(project|repository|sync)":\{"id":"([^"]+)"/.exec(answer) ?? [];
    if (kind !== '') ids.set(`${kind.toUpperCase()}_ID`, id);
  }
  expect(answers).toHaveLength(10);
  expect([...ids.keys()]).toEqual(['PROJECT_ID', 'REPOSITORY_ID', 'SYNC_ID']);
  const [viewer, , , , branches, , watched, changed, found, key] = answers;
  expect(viewer).toContain('"email"');
  expect(branches).toContain('"name":"main"');
  expect(watched).toContain('"status":"COMPLETED"');
  expect(changed).toContain('{"kind":"ADDED","path":"configuration.ts"}');
  expect(found).toContain('readConfiguration');
  expect(key).toContain('"key":"');
}, 60_000);

test('each tab begins with a comment that says what it is for', () => {
  for (const { query } of exampleTabs())
    expect(query).toMatch(/^# [A-Z][^\n]+\n(query|mutation|subscription) \w+/);
});

test('the tabs of the page are filled from the viewer’s own project, a line for each field', async () => {
  const page = await // The page adds what is edited to its address, and is reloaded there.
  (
    await fetch(`${server.url}/graphql?query=${encodeURIComponent('{ viewer { id } }')}`, {
      headers: { accept: 'text/html', authorization: `Bearer ${server.key}` },
    })
  ).text();
  expect(page).not.toMatch(/PROJECT_ID|REPOSITORY_ID|SYNC_ID/);
  // The options pass through the function that adds the query of the address; a browser test runs it.
  expect(page).toMatch(/<script>\s*function withAsked/);
  expect(page).toContain('withAsked({"title":"Project Sync"');
  for (const { query } of exampleTabs())
    expect(query.split('\n').every((line) => line.length < 160)).toBe(true);
});

async function asked(query: string): Promise<string> {
  if (!/^subscription/m.test(query)) {
    const { status, body } = await server.ask(query);
    expect([status, problems.parse(body).errors]).toEqual([200, undefined]);
    return JSON.stringify(body);
  }
  // The stream ends with the sync, so the next tabs see its files.
  const text = await server.follow(query);
  expect(text).not.toContain('"errors"');
  return text;
}

import { createHmac, randomUUID } from 'node:crypto';
import { runFuzz, type FuzzTarget } from '@project-sync/knowledge/testing';
import { createRepository } from '@project-sync/sync/testing';
import { RequestBudget } from '../src/http/request-budget.ts';
import { openTestServer } from '../src/testing/open-test-server.ts';

// Tries GraphQL, the webhook and the search of a whole server with hostile documents, bodies and questions: none may get a
// 5xx, and none may take long. `node apps/api/bench/fuzz.ts [--target webhook] [--minutes 60] [--seed 1] [--from 0] [--table docs/fuzzing.tsv]`
const secret = randomUUID();
let sent = 0;
/** Each request from another address, so that no budget answers in place of the parser. */
const from = () => `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${(sent += 1) & 255}`;

async function expectNoFailure(answer: Response): Promise<void> {
  const text = await answer.text();
  if (answer.status >= 500 || text.includes('"INTERNAL"')) throw new Error(`${answer.status}: ${text}`);
}

type Server = Awaited<ReturnType<typeof openTestServer>>;

/** A project with a few synced files, so that a question is compared with something. */
async function projectToSearch(server: Server): Promise<string> {
  const repository = await createRepository();
  repository.commit('main', {
    'src/router.ts':
      'export class Router {\n  /** Adds a berth. */\n  add(path: string) {\n    return path;\n  }\n}\n',
    'docs/guide.md': '# Guide\n\nA harbour has berths, "quays" and (a+)+$ of them.\n',
    'a/b/\u00e9.py': 'def f(x):\n    return x\n',
  });
  const asked = async <T>(query: string, variables: object): Promise<T> =>
    ((await server.ask(query, variables)).body as { data: T }).data;
  const { createProject } = await asked<{ createProject: { project: { id: string; slug: string } } }>(
    'mutation { createProject(input: { name: "Searched" }) { ... on CreateProjectSuccess { project { id slug } } } }',
    {},
  );
  const { id: projectId, slug } = createProject.project;
  const { connectRepository } = await asked<{ connectRepository: { repository: { id: string } } }>(
    'mutation ($i: ConnectRepositoryInput!) { connectRepository(input: $i) { ... on ConnectRepositorySuccess { repository { id } } } }',
    { i: { projectId, provider: 'GIT', url: repository.path } },
  );
  const { startSync } = await asked<{ startSync: { sync: { id: string } } }>(
    'mutation ($r: ID!) { startSync(input: { repositoryId: $r, branch: "main" }) { ... on StartSyncSuccess { sync { id } } } }',
    { r: connectRepository.repository.id },
  );
  await server.follow('subscription ($id: ID!) { syncProgress(syncId: $id) { sequence } }', {
    id: startSync.sync.id,
  });
  await repository.remove();
  return slug;
}

const webhook = (url: string): FuzzTarget => ({
  name: 'webhook',
  samples: [
    JSON.stringify({ ref: 'refs/heads/main', repository: { html_url: 'https://github.com/a/b' } }),
    `payload=${encodeURIComponent('{"ref":"refs/heads/x","repository":{"html_url":"x"}}')}`,
  ],
  check: async (body) =>
    expectNoFailure(
      await fetch(`${url}/webhooks/github`, {
        method: 'POST',
        body,
        headers: {
          'x-forwarded-for': from(),
          'content-type': body.startsWith('payload=')
            ? 'application/x-www-form-urlencoded'
            : 'application/json',
          'x-github-event': 'push',
          'x-github-delivery': randomUUID(),
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body.toWellFormed()).digest('hex')}`,
        },
      }),
    ),
});

const graphql = (url: string): FuzzTarget => ({
  name: 'GraphQL',
  samples: [
    '{ projects(first: 2) { nodes { id name repositories { nodes { id } } } } }',
    'query ($a: ID!) { node(id: $a) { id ... on Project { slug } } }',
    'mutation { createProject(input: { name: "x" }) { __typename } }',
    'subscription { syncProgress(syncId: "x") { sequence } }',
  ],
  check: async (query) =>
    expectNoFailure(
      await fetch(`${url}/graphql`, {
        method: 'POST',
        body: JSON.stringify({ query, variables: { a: query } }),
        headers: { 'content-type': 'application/json', 'x-forwarded-for': from() },
      }),
    ),
});

const search = ({ url, key }: Server, slug: string): FuzzTarget => ({
  name: 'search',
  samples: [
    'path:src/ "a berth" -quay',
    '/(a|b)+c/',
    'lang:ts sym:Router.add repo:x',
    '"unclosed',
    'path:**/*.py f',
  ],
  check: async (text) =>
    expectNoFailure(
      await fetch(`${url}/graphql`, {
        method: 'POST',
        body: JSON.stringify({
          query:
            'query ($s: String!, $q: String!) { project(slug: $s) { search(query: $q) { nodes { snippet } totalCount } } }',
          variables: { s: slug, q: text.slice(0, 2000) },
        }),
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': from(),
          authorization: `Bearer ${key}`,
        },
      }),
    ),
});

await runFuzz(import.meta.url, async () => {
  const budget = new RequestBudget(1e9, 1e9);
  const environment = { GITHUB_WEBHOOK_SECRET: secret, TRUSTED_PROXIES: 'loopback' };
  const server = await openTestServer(environment, budget);
  const slug = await projectToSearch(server);
  return {
    targets: [webhook(server.url), graphql(server.url), search(server, slug)],
    close: () => server.close(),
  };
});

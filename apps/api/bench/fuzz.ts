import { createHmac, randomUUID } from 'node:crypto';
import { runFuzz, type FuzzTarget } from '@project-sync/knowledge/testing';
import { openTestServer } from '../src/testing/open-test-server.ts';

// Tries GraphQL and the webhook of a whole server with hostile documents and bodies: none may get a 5xx, and none may
// take long. `node apps/api/bench/fuzz.ts [--target webhook] [--minutes 60] [--seed 1]`
const secret = randomUUID();
const server = await openTestServer({ GITHUB_WEBHOOK_SECRET: secret, TRUSTED_PROXIES: 'loopback' });
let sent = 0;
/** Each request from another address, so that no budget answers in place of the parser. */
const from = () => `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${(sent += 1) & 255}`;

async function expectNoFailure(answer: Response): Promise<void> {
  const text = await answer.text();
  if (answer.status >= 500 || text.includes('"INTERNAL"')) throw new Error(`${answer.status}: ${text}`);
}

const targets: readonly FuzzTarget[] = [
  {
    name: 'webhook',
    samples: [
      JSON.stringify({ ref: 'refs/heads/main', repository: { html_url: 'https://github.com/a/b' } }),
      `payload=${encodeURIComponent('{"ref":"refs/heads/x","repository":{"html_url":"x"}}')}`,
    ],
    check: async (body) =>
      expectNoFailure(
        await fetch(`${server.url}/webhooks/github`, {
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
  },
  {
    name: 'GraphQL',
    samples: [
      '{ projects(first: 2) { nodes { id name repositories { nodes { id } } } } }',
      'query ($a: ID!) { node(id: $a) { id ... on Project { slug } } }',
      'mutation { createProject(input: { name: "x" }) { __typename } }',
      'subscription { syncProgress(syncId: "x") { sequence } }',
    ],
    check: async (query) =>
      expectNoFailure(
        await fetch(`${server.url}/graphql`, {
          method: 'POST',
          body: JSON.stringify({ query, variables: { a: query } }),
          headers: { 'content-type': 'application/json', 'x-forwarded-for': from() },
        }),
      ),
  },
];
try {
  await runFuzz(targets, process.argv);
} finally {
  await server.close();
}

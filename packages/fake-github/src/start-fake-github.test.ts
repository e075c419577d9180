import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeGitHub, type FakeGitHub } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'fake-github-'));
const bare = join(folder, 'a.git');
const token = 'ghp_' + 'a'.repeat(36);
const poor = 'ghp_' + 'b'.repeat(36);
let now = 1_800_000_000_000;
let github: FakeGitHub;

function git(...args: string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', args, { cwd: bare, env, encoding: 'utf8' }).trim();
}

async function graphql(query: string, auth = token): Promise<Response> {
  const headers = { authorization: `Bearer ${auth}`, 'content-type': 'application/json' };
  return fetch(`${github.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
}

beforeAll(async () => {
  execFileSync('git', ['init', '--bare', '--quiet', '-b', 'main', bare]);
  const stream = [
    'commit refs/heads/main',
    'committer A <a@example.org> 1700000000 +0000',
    'data 5',
    'first',
    'M 100755 inline src/run.sh',
    'data 3',
    'run',
    'M 100644 inline secret.txt',
    'data 1',
    's',
    'M 100644 inline .gitattributes',
    'data 24',
    'secret.txt export-ignore',
    '',
  ].join('\n');
  execFileSync('git', ['fast-import', '--quiet'], { cwd: bare, input: stream });
  github = await startFakeGitHub({
    repositories: { 'acme/widget': bare, 'acme/hidden': { path: bare, private: true } },
    tokens: { [token]: { scopes: ['repo'] }, [poor]: { scopes: [] } },
    limits: { graphqlPoints: 40, restRequests: 40 },
    clock: { now: () => now },
  });
});

afterAll(async () => {
  await github.close();
  rmSync(folder, { recursive: true });
});

describe('a fake GitHub', () => {
  it('executes queries of GitHub’s own schema on the repository', async () => {
    const answer = await graphql(`
      {
        rateLimit {
          cost
          remaining
          resetAt
        }
        repository(owner: "acme", name: "widget") {
          defaultBranchRef {
            name
            target {
              oid
              ... on Commit {
                tree {
                  oid
                  entries {
                    mode
                    nameRaw
                    oid
                    size
                  }
                }
              }
            }
          }
          file: object(expression: "main:src/run.sh") {
            ... on Blob {
              text
              isBinary
              byteSize
            }
          }
        }
      }
    `);
    const oid = git('rev-parse', 'main');
    const tree = { oid: git('rev-parse', 'main^{tree}') };
    expect(await answer.json()).toMatchObject({
      data: {
        rateLimit: { cost: 1 },
        repository: {
          defaultBranchRef: { name: 'main', target: { oid, tree } },
          file: { text: 'run', isBinary: false, byteSize: 3 },
        },
      },
    });
  });

  it('refuses a query that GitHub’s schema does not allow', async () => {
    const answer = await (await graphql('{ repository(owner: "acme", name: "widget") { listing } }')).json();
    expect(answer).toHaveProperty(
      'errors.0.message',
      expect.stringContaining('Cannot query field "listing"'),
    );
  });

  it('shows a private repository only to a token with the scope for it', async () => {
    const query = '{ repository(owner: "acme", name: "hidden") { name } }';
    expect(await (await graphql(query)).json()).toHaveProperty('data.repository.name', 'hidden');
    expect(await (await graphql(query, poor)).json()).toHaveProperty('errors.0.type', 'NOT_FOUND');
    expect((await graphql(query, 'wrong')).status).toBe(401);
  });

  it('truncates a recursive tree on request and archives like git archive', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const tree = `${github.url}/repos/acme/widget/git/trees/main?recursive=1`;
    const whole = await (await fetch(tree, { headers })).json();
    expect(whole).toMatchObject({
      truncated: false,
      tree: [{ path: '.gitattributes' }, { path: 'secret.txt' }, { path: 'src' }, { path: 'src/run.sh' }],
    });
    github.fault({ kind: 'truncate' });
    expect(await (await fetch(tree, { headers })).json()).toHaveProperty('truncated', true);
    const tarball = await fetch(`${github.url}/repos/acme/widget/tarball/main`, { headers });
    const names = execFileSync('tar', ['-tz'], {
      input: Buffer.from(await tarball.arrayBuffer()),
      encoding: 'utf8',
    });
    expect(names).toContain('src/run.sh');
    expect(names).not.toContain('secret.txt');
  });

  it('answers a conditional request with 304 at no cost', async () => {
    const url = `${github.url}/repos/acme/widget/branches/main`;
    const first = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { authorization: `Bearer ${token}`, 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(again.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'));
  });

  it('closes the window once the points are used up and opens it at the reset', async () => {
    github.exhaust(token, 'graphql');
    const closed = await graphql('{ viewer { login } }');
    expect(closed.status).toBe(200);
    expect(await closed.json()).toHaveProperty('errors.0.type', 'RATE_LIMITED');
    expect(github.log.at(-1)?.insideClosedWindow).toBe(true);
    now = Number(closed.headers.get('x-ratelimit-reset')) * 1000;
    expect(await (await graphql('{ viewer { login } }')).json()).toHaveProperty(
      'data.viewer.login',
      'someone',
    );
    expect(github.log.at(-1)?.insideClosedWindow).toBe(false);
  });

  it('breaks an answer off in mid-body on request', async () => {
    github.fault({ kind: 'cut-body' });
    await expect(graphql('{ viewer { login } }').then((answer) => answer.text())).rejects.toThrow();
  });

  it('never writes a token into its log', () => {
    expect(JSON.stringify(github.log)).not.toContain(token);
  });
});

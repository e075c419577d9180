import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { repositoryOf, writeDayRepositories } from '../e2e/day-repositories.ts';
import { root, type Product } from '../e2e/product.ts';

/** The clone of this repository: its main line moves on through its real history, commit by commit. */
export class OwnHistory {
  readonly folder: string;
  readonly #commits: readonly string[];

  constructor(product: Product) {
    this.folder = repositoryOf(product, 'project-sync');
    if (!existsSync(this.folder)) {
      git(['clone', '--quiet', '--no-checkout', root, this.folder], root);
      git(['checkout', '--quiet', '--detach'], this.folder);
    }
    this.#commits = git(['rev-list', '--first-parent', '--max-count=60', 'HEAD'], this.folder).split('\n');
    this.moveTo('main', 40);
    this.moveTo('next', 0);
    git(['symbolic-ref', 'HEAD', 'refs/heads/main'], this.folder);
  }

  /** Moves a branch to the commit that is a number before the newest; a short history ends earlier. */
  moveTo(branch: string, before: number): void {
    const commit = this.#commits[Math.min(before, this.#commits.length - 1)] ?? 'HEAD';
    git(['update-ref', `refs/heads/${branch}`, commit], this.folder);
  }
}

const GUIDE = `# How a berth is given

> [!NOTE]
> The tide table is that of the *outer* gauge.

> [!WARNING]
> A ship with more draught than the tide allows waits outside[^1].

- [x] length of the quay
- [ ] cranes on Sundays

| quay  | length | depth |
| :---- | -----: | ----: |
| North |    120 |   7.5 |
| South |     90 |   6.0 |

\`\`\`mermaid
graph LR
  A[Ship] --> B{Deep enough?}
  B -->|yes| C[Berth]
  B -->|no| D[Anchorage]
\`\`\`

\`\`\`ts
const berth = allocateBerth(ship, berths, 6);
\`\`\`

[^1]: See [the tide](../src/tide/tide.ts).
`;

const PLAN =
  '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="180" viewBox="0 0 360 180"><rect width="360" height="180" fill="#d8e8ee"/><path d="M0 130h360v50H0z" fill="#8fb4c4"/><path d="M30 110h180v20H30z" fill="#6b5a45"/><path d="M60 84h96l-14 26H74z" fill="#a8281f"/><path d="M96 50h14v34H96z" fill="#333"/></svg>';

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { language_info: { name: 'python' } },
  cells: [
    { cell_type: 'markdown', metadata: {}, source: ['# Wind at the mole\n', 'Speeds of *one* day.'] },
    {
      cell_type: 'code',
      execution_count: 1,
      metadata: {},
      source: ['speeds = [4, 7, 12, 17]\n', 'sum(speeds) / len(speeds)'],
      outputs: [
        { output_type: 'execute_result', execution_count: 1, metadata: {}, data: { 'text/plain': ['10.0'] } },
      ],
    },
  ],
});

/** Repositories in three languages, and in the first of them a file of every kind that has a view of its own. */
export function writePictureRepositories(product: Product): void {
  if (existsSync(product.repository)) return;
  writeDayRepositories(product);
  product.commit(
    {
      'docs/guide.md': GUIDE,
      'docs/quays.csv':
        'quay,length,depth,crane\n"North, new",120,7.5,yes\nSouth,90,6,no\nOuter,210,9.5,yes\n',
      'docs/wind.ipynb': NOTEBOOK,
      'img/plan.svg': PLAN,
      '.memory/letter_2026-03-01.md':
        '# Letter of the harbour master\n\nWe decided to give berths by length alone. The problem is that deep ships lie on the ground at low water. The fix is to ask the tide table first.\n',
    },
    { message: 'A guide, and a letter' },
  );
  const lost = repositoryOf(product, 'lost');
  product.commit(
    { 'README.md': '# Lost\n\nIt will move away.\n' },
    { repository: lost, message: 'One page' },
  );
  product.commit({ 'README.md': '# Quiet\n' }, { repository: repositoryOf(product, 'quiet') });
  writeFileSync(join(product.folder, 'is-new'), '');
}

/** An OpenID Connect provider that only describes itself: the sign-in page then offers it. */
export async function describedProvider(): Promise<{ server: Server; issuer: string }> {
  let issuer = '';
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  issuer = `http://127.0.0.1:${address instanceof Object ? address.port : 0}`;
  return { server, issuer };
}

function git(words: readonly string[], cwd: string): string {
  return execFileSync('git', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

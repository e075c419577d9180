import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { createRepository, type TestRepository } from '@project-sync/sync/testing';
import { askProcess } from '../src/testing/ask-process.ts';
import { Visitor } from '../src/testing/visitor.ts';
import { openProduct } from './open-product.ts';

// Measures what one tenant's worst does to another: a repository of files that hang grammars, blank lines and thousands of
// path rules, one of trees that list ten million files, one wide folder, syncs without end, queries for large texts and
// searches of a thousand operators and by patterns, while /healthz, a list, a search and syncs of one file are timed, first in quiet.
// `node apps/api/bench/neighbours.ts [--seconds 20] [--database postgres://…]`
const option = (name: string): string | null => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};
const seconds = Number(option('seconds') ?? 20);
const repositories = await Promise.all(Array.from({ length: 4 }, () => createRepository()));
const [harmless, hanging, bomb, wide] = repositories as [
  TestRepository,
  TestRepository,
  TestRepository,
  TestRepository,
];
hanging.commit('main', {
  '.gitattributes': Array.from({ length: 5000 }, (_, line) => `**/a${line}/**/b linguist-generated`).join(
    '\n',
  ),
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      [`hang-${index}.rs`, `${'r#"'.repeat(20_000)}${index}`] as const,
      [`greedy-${index}.java`, `class A${index} {}\n${'A<'.repeat(20_000)}`] as const,
      [`blank-${index}.txt`, `${'\n'.repeat(450_000)}${index}`] as const,
      [`long-${index}.txt`, `${'word '.repeat(300_000)}${index}`] as const,
    ]).flat(),
  ),
  ...files(2000),
});
wide.commit('main', files(20_000));
plant(bomb);
harmless.commit('main', { 'a.ts': 'export const berth = 1;\n' });

function files(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `d${index % 50}/f${index}.ts`,
      `export const a${index} = 1;\n`,
    ]),
  );
}

/** Seven trees, each of which holds the one before ten times. */
function plant({ path, git, point }: TestRepository): void {
  const blob = git('hash-object', '-w', '/dev/null').toString().trim();
  let entry = `100644 blob ${blob}`;
  let tree = '';
  for (let depth = 0; depth < 7; depth += 1) {
    const input = Array.from({ length: 10 }, (_, index) => `${entry}\td${index}\n`).join('');
    tree = execFileSync('git', ['mktree'], { cwd: path, input }).toString().trim();
    entry = `040000 tree ${tree}`;
  }
  const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  point(
    'main',
    git(...person, 'commit-tree', '-m', 'bomb', tree)
      .toString()
      .trim(),
  );
}

const product = await openProduct(4797, option('database'));
type Ask = typeof product.ask;

interface Tenant {
  /** Starts a sync of the repository of a project of its own, since every project has a thread and a turn of its own. */
  readonly sync: (ask?: Ask) => Promise<string>;
  readonly slug: string;
  readonly projectId: string;
}

async function tenantWith({ path }: TestRepository, name: string): Promise<Tenant> {
  const made = await product.ask<{ createProject: { project: { id: string; slug: string } } }>(
    'mutation ($name: String!) { createProject(input: { name: $name }) { ... on CreateProjectSuccess { project { id slug } } } }',
    { name },
  );
  const { id: projectId, slug } = made.createProject.project;
  const connected = await product.ask<{ connectRepository: { repository: { id: string } } }>(
    'mutation ($i: ConnectRepositoryInput!) { connectRepository(input: $i) { ... on ConnectRepositorySuccess { repository { id } } } }',
    { i: { projectId, provider: 'GIT', url: path } },
  );
  return {
    slug,
    projectId,
    async sync(ask = product.ask) {
      const started = await ask<{ startSync: { sync: { id: string } } }>(
        'mutation ($r: ID!) { startSync(input: { repositoryId: $r, branch: "main" }) { ... on StartSyncSuccess { sync { id } } } }',
        { r: connected.connectRepository.repository.id },
      );
      return started.startSync.sync.id;
    },
  };
}

/** Makes another user an owner of projects, and returns their own way to ask. */
async function strangerOf(projects: readonly string[]): Promise<Ask> {
  const stranger = new Visitor(product.address);
  for (const projectId of projects) {
    const { inviteMember } = await product.ask<{ inviteMember: { link: string } }>(
      'mutation ($p: ID!) { inviteMember(input: { projectId: $p, email: "hostile@example.org", role: OWNER }) { ... on InviteMemberSuccess { link } } }',
      { p: projectId },
    );
    const token = new URL(inviteMember.link).searchParams.get('token');
    const joined = await stranger.go('/api/invitation', { json: { token } });
    const { location } = (await joined.json()) as { location: string };
    await stranger.follow(location);
  }
  const query =
    'mutation { createApiKey(input: { name: "hostile", scopes: [ADMIN] }) { ... on CreateApiKeySuccess { key } } }';
  const answer = await stranger.go('/graphql', { json: { query } });
  const { data } = (await answer.json()) as { data: { createApiKey: { key: string } } };
  const caller = { address: product.address, key: data.createApiKey.key };
  return (asked, variables = {}) => askProcess(caller, asked, variables);
}

const neighbour = await tenantWith(harmless, 'Neighbour');
const ended = async (id: string, ask: Ask = product.ask): Promise<boolean> => {
  const { node } = await ask<{ node: { status: string } }>(
    'query ($id: ID!) { node(id: $id) { ... on ProjectSync { status } } }',
    { id },
  );
  return ['COMPLETED', 'FAILED'].includes(node.status);
};

/** A sync that does not end within the time of the measurement counts with the time it has waited. */
async function syncOfOneFile(): Promise<void> {
  harmless.commit('main', { 'a.ts': `export const berth = ${performance.now()};\n` });
  const id = await neighbour.sync();
  const latest = performance.now() + seconds * 1000;
  while (performance.now() < latest && !(await ended(id)))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

await syncOfOneFile();
const probes: Record<string, () => Promise<unknown>> = {
  '/healthz': () => fetch(`${product.address}/healthz`).then((answer) => answer.text()),
  'a list': () => product.ask('{ projects(first: 20) { totalCount nodes { id name } } }'),
  'a search': () =>
    product.ask(
      'query ($slug: String!) { project(slug: $slug) { search(query: "berth") { nodes { snippet } } } }',
      { slug: neighbour.slug },
    ),
  'a sync of one file': syncOfOneFile,
};

/** Each probe at its own pace, so that one that waits holds up no other. */
async function measure(): Promise<Map<string, number[]>> {
  const end = performance.now() + seconds * 1000;
  const measured = Object.entries(probes).map(async ([name, probe]): Promise<[string, number[]]> => {
    const times: number[] = [];
    while (performance.now() < end) {
      const from = performance.now();
      await probe();
      times.push(performance.now() - from);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return [name, times];
  });
  return new Map(await Promise.all(measured));
}

const quiet = await measure();
const hostile = await Promise.all(
  [hanging, bomb, wide].map((repository, index) => tenantWith(repository, `Hostile ${index}`)),
);
const asHostile = await strangerOf(hostile.map(({ projectId }) => projectId));
let attacking = true;
/** A refusal is an answer too: a heavy pattern ends in one. */
const endlessly = async (attack: () => Promise<unknown>): Promise<void> => {
  while (attacking) await attack().catch(() => undefined);
};
const texts = Array.from({ length: 5 }, (_, each) => `a${each}: file(path: "long-${each}.txt") { text }`);
const operators = Array.from({ length: 120 }, (_, index) => `-w${index}* "x${index} y"`).join(' OR ');
const started: string[] = [];
const attacks = [
  endlessly(() =>
    asHostile(
      `query ($slug: String!) { project(slug: $slug) { repositories { nodes { branch(name: "main") { snapshot { ${texts.join(' ')} } } } } } }`,
      { slug: hostile[0]?.slug },
    ),
  ),
  endlessly(() =>
    asHostile(
      'query ($slug: String!, $q: String!) { project(slug: $slug) { search(query: $q, first: 100) { nodes { snippet } } } }',
      { slug: hostile[2]?.slug, q: operators.slice(0, 1000) },
    ),
  ),
  endlessly(() =>
    asHostile(
      'query ($slug: String!, $q: String!) { project(slug: $slug) { search(query: $q, first: 100) { nodes { snippet } } } }',
      { slug: hostile[2]?.slug, q: '/(export|const)+.*(a|b|c)+[0-9]* = 0/' },
    ),
  ),
  ...hostile.map(({ sync }) =>
    endlessly(async () => {
      const id = await sync(asHostile);
      started.push(id);
      while (attacking && !(await ended(id, asHostile)))
        await new Promise((resolve) => setTimeout(resolve, 200));
    }),
  ),
];
const loud = await measure();
attacking = false;
const states = await Promise.all([...new Set(started)].map((id) => product.state(id)));
const [load] = loadavg();
console.log(`Hostile syncs: ${states.map(({ status, phase }) => `${status} (${phase})`).join(', ')}`);
console.log(`Load ${load?.toFixed(1) ?? ''}`);
console.log('| ms | p50 quiet | p50 beside the worst | p99 quiet | p99 beside the worst |');
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const name of Object.keys(probes)) {
  const figures = [0.5, 0.99].flatMap((part) =>
    [quiet, loud].map((times) => {
      const sorted = (times.get(name) ?? []).toSorted((a, b) => a - b);
      return Math.round(sorted[Math.floor(sorted.length * part)] ?? 0);
    }),
  );
  console.log(`| ${name} | ${figures.join(' | ')} |`);
}
await product.stop();
await Promise.allSettled(attacks);
await Promise.all(repositories.map((each) => each.remove()));

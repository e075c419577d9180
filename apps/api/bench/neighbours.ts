import { createRepository } from '@project-sync/sync/testing';
import { openProduct, type Product } from './open-product.ts';

// Measures what one tenant's worst does to another: files that hang grammars, blank lines, thousands of path rules, and
// queries for large texts, while /healthz, a list, a search and syncs of one file are timed, first in quiet.
// `node apps/api/bench/neighbours.ts [--seconds 20]`
const at = process.argv.indexOf('--seconds');
const seconds = at < 0 ? 20 : Number(process.argv[at + 1]);
const hostile = await createRepository();
const harmless = await createRepository();
hostile.commit('main', {
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
  ...Object.fromEntries(
    Array.from({ length: 2000 }, (_, index) => [
      `d${index % 50}/f${index}.ts`,
      `export const a${index} = 1;\n`,
    ]),
  ),
});
harmless.commit('main', { 'a.ts': 'export const berth = 1;\n' });
const product = await openProduct(4797, null);

const key = await product.ask<{ createApiKey: { key: string } }>(
  'mutation { createApiKey(input: { name: "hostile", scopes: [ADMIN] }) { ... on CreateApiKeySuccess { key } } }',
);
const asHostile = (query: string, variables: object = {}) =>
  fetch(`${product.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key.createApiKey.key}` },
    body: JSON.stringify({ query, variables }),
  }).then((answer) => answer.text());

/** A project of its own, since every project has a thread and a turn of its own. */
async function ownProject(): Promise<Pick<Product, 'start'>> {
  const made = await product.ask<{ createProject: { project: { id: string } } }>(
    'mutation { createProject(input: { name: "Neighbour" }) { ... on CreateProjectSuccess { project { id } } } }',
  );
  return {
    async start(url) {
      const connected = await product.ask<{ connectRepository: { repository: { id: string } } }>(
        'mutation ($i: ConnectRepositoryInput!) { connectRepository(input: $i) { ... on ConnectRepositorySuccess { repository { id } } } }',
        { i: { projectId: made.createProject.project.id, provider: 'GIT', url } },
      );
      const started = await product.ask<{ startSync: { sync: { id: string } } }>(
        'mutation ($r: ID!) { startSync(input: { repositoryId: $r, branch: "main" }) { ... on StartSyncSuccess { sync { id } } } }',
        { r: connected.connectRepository.repository.id },
      );
      return started.startSync.sync.id;
    },
  };
}

async function syncOfOneFile(): Promise<void> {
  harmless.commit('main', { 'a.ts': `export const berth = ${performance.now()};\n` });
  const id = await neighbour.start(harmless.path);
  while (!['COMPLETED', 'FAILED'].includes((await product.state(id)).status))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

const neighbour = await ownProject();
await syncOfOneFile();
const probes: Record<string, () => Promise<unknown>> = {
  '/healthz': () => fetch(`${product.address}/healthz`).then((answer) => answer.text()),
  'a list': () => product.ask('{ projects(first: 20) { totalCount nodes { id name } } }'),
  'a search': () =>
    product.ask('{ projects(first: 1) { nodes { search(query: "berth") { nodes { snippet } } } } }'),
  'a sync of one file': syncOfOneFile,
};

async function measure(): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  for (const end = performance.now() + seconds * 1000; performance.now() < end;)
    for (const [name, probe] of Object.entries(probes)) {
      const from = performance.now();
      await probe();
      times.set(name, [...(times.get(name) ?? []), performance.now() - from]);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  return times;
}

const quiet = await measure();
let attacking = true;
const hostileSync = await product.start(hostile.path);
const attack = (async () => {
  while (attacking)
    await asHostile(
      `{ projects(first: 5) { nodes { repositories { nodes { branch(name: "main") { snapshot { ${Array.from({ length: 5 }, (_, each) => `a${each}: file(path: "long-${each}.txt") { text }`).join(' ')} } } } } } } }`,
    );
})();
const loud = await measure();
attacking = false;
await attack;
console.log(`The hostile sync: ${JSON.stringify(await product.state(hostileSync))}`);
console.log('| p99, ms | quiet | beside the worst |\n| --- | ---: | ---: |');
const p99 = (taken: readonly number[] = []) =>
  Math.round(taken.toSorted((a, b) => a - b)[Math.floor(taken.length * 0.99)] ?? 0);
for (const name of Object.keys(probes))
  console.log(`| ${name} | ${p99(quiet.get(name))} | ${p99(loud.get(name))} |`);
await product.stop();
await Promise.all([hostile.remove(), harmless.remove()]);

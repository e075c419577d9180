import { createHash } from 'node:crypto';
import { createRepository } from '@project-sync/sync/testing';
import { openProduct } from './open-product.ts';

// Measures how fast the embedded server answers while it imports: health, a list query and a page are requested
// repeatedly, and a small sync of another repository must finish meanwhile. `node apps/api/bench/responsive.ts [--files 20000]`
const at = process.argv.indexOf('--files');
const files = at < 0 ? 20_000 : Number(process.argv[at + 1]);
const large = await createRepository();
const small = await createRepository();
large.commit(
  'main',
  Object.fromEntries(
    Array.from({ length: files }, (_, index) => [
      `src/d${index % 100}/f-${index}.ts`,
      Array.from(
        { length: 3 },
        (_, line) =>
          `export function task${index}_${line}() { return '${createHash('md5').update(`${index} ${line}`).digest('hex')}'; }`,
      ).join('\n'),
    ]),
  ),
);
small.commit('main', { 'a.ts': 'export const a = 1;\n' });
const product = await openProduct(4791, null);
const { address, ask, start, state } = product;
const begun = performance.now();
const largeSync = await start(large.path);
const list =
  'query { projects(first: 20) { totalCount nodes { id name syncs(first: 5) { nodes { id status progress } } } } }';
const probes: Record<string, () => Promise<unknown>> = {
  '/healthz': () => fetch(`${address}/healthz`).then((answer) => answer.text()),
  'a list by GraphQL': () => ask(list),
  'a page (/sign-in)': () => fetch(`${address}/sign-in`).then((answer) => answer.text()),
};
const times = new Map<string, number[]>();
let smallSync: string | null = null;
let smallTook: number | null = null;
let smallBegun = 0;
let imported: number | null = null;
for (;;) {
  // The rate that one key may use.
  await new Promise((resolve) => setTimeout(resolve, 120));
  for (const [name, probe] of Object.entries(probes)) {
    const from = performance.now();
    await probe();
    times.set(name, [...(times.get(name) ?? []), performance.now() - from]);
  }
  const now = await state(largeSync);
  if (smallSync === null && now.phase === 'IMPORT') {
    smallBegun = performance.now();
    smallSync = await start(small.path);
  }
  if (smallSync !== null && smallTook === null && (await state(smallSync)).status === 'COMPLETED')
    smallTook = performance.now() - smallBegun;
  if (now.phase === 'EMBED' && imported === null) imported = performance.now() - begun;
  if (['COMPLETED', 'FAILED'].includes(now.status)) {
    console.log(
      `| while ${files} files are imported (${now.status}) | asked | median ms | p99 ms | longest ms |`,
    );
    console.log('| --- | ---: | ---: | ---: | ---: |');
    break;
  }
}
for (const [name, taken] of times) {
  const sorted = taken.toSorted((a, b) => a - b);
  const part = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  console.log(
    `| ${name} | ${sorted.length} | ${part(0.5)} | ${part(0.99)} | ${Math.round(sorted.at(-1) ?? 0)} |`,
  );
}
console.log(
  `\nFiles after ${Math.round((imported ?? 0) / 1000)} s, vectors after ${Math.round((performance.now() - begun) / 1000)} s; the small sync beside it took ${smallTook === null ? 'longer' : `${Math.round(smallTook)} ms`}.`,
);
await product.stop();
await Promise.all([large.remove(), small.remove()]);

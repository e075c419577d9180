import { formatOf } from '../src/objects/git-object.ts';
import { Holdings } from '../src/github/testing/holdings.ts';
import { createWorld } from '../src/github/testing/world.ts';
import type { Source } from '../src/ports/source.ts';
import { listingOf } from '../src/testing/index.ts';
import { packageHistory } from './package-history.ts';

// Requests and bytes of every plan, on histories of published packages, beside the target numbers.
const packages: Record<string, readonly string[]> = {
  graphql: ['16.8.1', '16.8.2', '16.9.0'],
  svelte: ['5.0.0', '5.0.1', '5.0.2'],
  typescript: ['5.5.3', '5.5.4', '5.6.2'],
};
const call = { signal: new AbortController().signal };
const rows: string[] = [];
let wrong = 0;

for (const [name, versions] of Object.entries(packages)) {
  const world = await createWorld();
  const { repository, github } = world;
  const [first, second, third] = packageHistory(repository, name, versions);
  if (first === undefined || second === undefined || third === undefined)
    throw new Error(`${name} needs three versions.`);
  const source: Source = world.source();
  const holdings = new Holdings();
  const measure = async (label: string, aim: string, branch: string): Promise<void> => {
    github.log.length = 0;
    const before = holdings.blobs.size;
    const started = performance.now();
    const head = await holdings.read(source, branch, call);
    const bytes = github.log.reduce((sum, request) => sum + request.bytes, 0);
    const right =
      head === null ||
      listingOf(holdings.trees, head.treeOid, formatOf(head.treeOid)).equals(
        repository.lsTree(head.commitOid),
      );
    if (!right) wrong += 1;
    const points = github.log.reduce((sum, request) => sum + request.cost, 0);
    const [fetched, kilobytes, time] = [
      holdings.blobs.size - before,
      Math.round(bytes / 1000),
      Math.round(performance.now() - started),
    ];
    rows.push(
      `| ${name} | ${label} | ${fetched} | ${github.log.length} | ${aim} | ${points} | ${kilobytes} | ${time} | ${right ? 'equal' : 'WRONG'} |`,
    );
  };
  const changed = (from: string, to: string): number =>
    repository.git('diff', '--name-only', from, to).toString().trim().split('\n').length;

  repository.point('main', first.commit);
  await measure(`first import of ${first.version} (${first.files} files)`, '4 + misses', 'main');
  await measure('nothing new', '1', 'main');
  repository.point('main', second.commit);
  await measure(
    `to ${second.version} (${changed(first.commit, second.commit)} files changed)`,
    '≤ 100 changed: 3',
    'main',
  );
  repository.point('main', third.commit);
  await measure(
    `to ${third.version} (${changed(second.commit, third.commit)} files changed)`,
    'descent + texts / 100',
    'main',
  );
  repository.point('main', second.commit);
  await measure(`force-push back to ${second.version}`, '1 + hint', 'main');
  repository.point('same', second.commit);
  repository.commit('same', { 'x.txt': 'x' });
  repository.commit('same', { 'x.txt': null });
  holdings.base = null;
  await measure('new branch that shares everything', '1', 'same');
  repository.commit('same', { 'package.json': '{}\n' });
  holdings.base = null;
  await measure('new branch with one changed file', 'unknown trees only', 'same');
  await world.close();
}
console.log(
  '| package | case | contents | requests | aim | points | kB | ms | listing |\n| --- | --- | ---: | ---: | --- | ---: | ---: | ---: | --- |',
);
for (const row of rows) console.log(row);
process.exitCode = wrong === 0 ? 0 : 1;

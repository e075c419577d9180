import { serveGit, type GitServer } from '@project-sync/sync/testing';
import { openBench } from './sync-bench.ts';

// What a sync costs that changes nothing, and one that changes one file, as the repository grows.
// `node packages/db/bench/scale.ts [--sizes 1000,10000,100000] [--served]`; TEST_DATABASE_URL chooses a database
// server, --served reads from a server of Git instead of from the folder.
const given = process.argv.indexOf('--sizes');
const sizes = (given < 0 ? '1000,10000,100000' : (process.argv[given + 1] ?? '')).split(',').map(Number);
console.log(
  '| files | sync | statements | requests | contents fetched | ms (median of 5) | RSS MB |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |',
);
for (const size of sizes) {
  const servers: GitServer[] = [];
  const bench = await openBench(async ({ path }) => {
    if (!process.argv.includes('--served')) return {};
    const server = await serveGit(path);
    servers.push(server);
    return { url: server.url, allowedHosts: [server.host] };
  });
  const files = Object.fromEntries(
    Array.from({ length: size }, (_, index) => [
      `src/d${index % 100}/e${Math.floor(index / 100) % 100}/file-${index}.ts`,
      `export const value${index} = ${index};\n`,
    ]),
  );
  bench.at.commit('main', files);
  const first = await bench.sync('main');
  const row = (name: string, runs: readonly Awaited<ReturnType<typeof bench.sync>>[]) => {
    const middle = [...runs].sort((a, b) => a.milliseconds - b.milliseconds)[Math.floor(runs.length / 2)];
    if (middle === undefined) return;
    console.log(
      `| ${size} | ${name} (${middle.status}) | ${Math.max(...runs.map(({ statements }) => statements))} | ${middle.stats['sourceRequests']} | ${middle.stats['blobsFetched']} | ${middle.milliseconds} | ${Math.round(process.memoryUsage().rss / 1e6)} |`,
    );
  };
  row('first', [first]);
  const idle = [];
  for (let run = 0; run < 5; run += 1) idle.push(await bench.sync('main'));
  row('nothing new', idle);
  const one = [];
  for (let run = 0; run < 5; run += 1) {
    bench.at.commit('main', { 'src/d7/e7/file-707.ts': `export const changed = ${run};\n` });
    one.push(await bench.sync('main'));
  }
  row('one file', one);
  bench.at.commit(
    'work',
    { 'src/d1/e0/file-1.ts': 'export const other = 1;\n' },
    { from: bench.at.head('main') },
  );
  row('new branch, one file', [await bench.sync('work')]);
  await bench.close();
  for (const server of servers) await server.close();
}

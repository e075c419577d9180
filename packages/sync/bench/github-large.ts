import { parseArgs } from 'node:util';
import { Holdings } from '../src/github/testing/holdings.ts';
import { createWorld } from '../src/github/testing/world.ts';
import { decodeTree, MODE } from '../src/objects/git-object.ts';

// A repository above GitHub's limit of 100,000 listed entries: requests and memory until every folder is verified.
const { values } = parseArgs({ options: { files: { type: 'string', default: '120000' } } });
const count = Number(values.files);
const world = await createWorld();
const paths = Array.from(
  { length: count },
  (_, index) => `top${index % 40}/sub${index % 1_600}/deep${index % 6_400}/file${index}.ts`,
);
world.repository.commit(
  'main',
  Object.fromEntries(paths.map((path, index) => [path, `text ${index % 10}\n`])),
);
const call = { signal: new AbortController().signal };
const source = world.source();
const answer = await source.head('main', null, call);
if (answer.kind !== 'head') throw new Error('The branch is gone.');
const { kept } = new Holdings();
let trees = 0;
let files = 0;
const started = performance.now();
for await (const batch of source.trees({ head: answer.head, kept, base: null }, call)) {
  trees += batch.trees.length;
  for (const tree of batch.trees)
    files += decodeTree('sha1', tree.content).filter((entry) => entry.mode !== MODE.tree).length;
}
const seconds = (performance.now() - started) / 1000;
console.log(`| files | folders proven | files in them | requests | MB | seconds, the fake's own included | RSS MB |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| ${count} | ${trees} | ${files} | ${world.github.log.length} | ${(source.usage().bytes / 1e6).toFixed(1)} | ${seconds.toFixed(1)} | ${Math.round(process.memoryUsage.rss() / 1e6)} |`);
await world.close();
process.exitCode = files === count ? 0 : 1;

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gitSource } from '../src/git/git-source.ts';
import { Launcher } from '../src/git/spawn-server.ts';
import { Holdings } from '../src/github/testing/holdings.ts';
import { createRepository, listingOf, RandomHistory, serveGit } from '../src/testing/index.ts';

// Reads random histories through the Git source; compares each listing with git ls-tree and each content with its ID.
// Every fifth repository uses SHA-256. `--served` reads them from a server, through a mirror, and not
// from their folder.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    served: { type: 'boolean', default: false },
  },
});
const call = { signal: new AbortController().signal };
const started = performance.now();
const launcher = new Launcher();
const mirrors = await mkdtemp(join(tmpdir(), 'project-sync-histories-'));
let syncs = 0;
let wrong = 0;
let contents = 0;
let requests = 0;
for (let round = 0; round < Number(values.rounds); round += 1) {
  const seed = Number(values.seed) + round;
  const repository = await createRepository({ format: seed % 5 === 0 ? 'sha256' : 'sha1' });
  const mirror = join(mirrors, `${seed}.git`);
  const history = new RandomHistory(repository, seed);
  const holdings = new Holdings();
  const server = values.served ? await serveGit(repository.path) : null;
  const source = await gitSource({
    url: server?.url ?? repository.path,
    mirror,
    allowedHosts: server === null ? null : [server.host],
    localRoots: [dirname(repository.path)],
    launch: launcher.launch,
  });
  try {
    for (let step = 0; step < Number(values.steps); step += 1) {
      const { branch, commit, what } = history.step();
      const head = await holdings.read(source, branch, call);
      if (head === null) continue;
      syncs += 1;
      await source.keep(branch, head, call);
      if (listingOf(holdings.trees, head.treeOid, head.format).equals(repository.lsTree(commit))) continue;
      wrong += 1;
      console.error(`Seed ${seed}, step ${step} (${what}): the listing differs.`);
    }
  } catch (error) {
    wrong += 1;
    console.error(`Seed ${seed}:`, error);
  }
  contents += holdings.blobs.size;
  requests += source.usage().requests;
  await server?.close();
  await repository.remove();
  await rm(mirror, { recursive: true, force: true });
}
await launcher.close();
await rm(mirrors, { recursive: true, force: true });
console.log(`| histories | syncs | wrong listings | contents re-hashed | requests | seconds |
| ---: | ---: | ---: | ---: | ---: | ---: |
| ${values.rounds} | ${syncs} | ${wrong} | ${contents} | ${requests} | ${((performance.now() - started) / 1000).toFixed(0)} |`);
process.exitCode = wrong === 0 ? 0 : 1;

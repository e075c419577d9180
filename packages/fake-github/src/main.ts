import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startFakeGitHub } from './start-fake-github.ts';

// Serves every `owner/name.git` below --root until a signal ends it.
const { values } = parseArgs({
  options: { root: { type: 'string' }, port: { type: 'string', default: '0' } },
});
const root = values.root;
if (root === undefined) throw new Error('Usage: main.ts --root DIR [--port P]; DIR holds owner/name.git');
const repositories: Record<string, string> = {};
for (const owner of readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  for (const name of readdirSync(join(root, owner.name)).filter((entry) => entry.endsWith('.git'))) {
    repositories[`${owner.name}/${name.slice(0, -'.git'.length)}`] = join(root, owner.name, name);
  }
}
const github = await startFakeGitHub({ repositories, port: Number(values.port) });
console.log(`${Object.keys(repositories).length} repositories at ${github.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void github.close());

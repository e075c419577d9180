import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { compareImports, countReferences, resolveFolder } from './check-imports.ts';

// Compares the imports of a Go repository with those that `go list` finds:
//   node packages/knowledge/bench/go-oracle.ts --root FOLDER [--show]
const { values } = parseArgs({ options: { root: { type: 'string' }, show: { type: 'boolean' } } });
const root = values.root ?? '.';

interface GoPackage {
  readonly Dir: string;
  readonly ImportPath: string;
  readonly [list: string]: unknown;
}

const resolved = await resolveFolder(root, '**/*.go', 'go');
countReferences(resolved);
const packages = listPackages();
const folders = new Map(packages.map(({ ImportPath, Dir }) => [ImportPath, relative(root, Dir)]));
const listed = new Set(
  packages.flatMap((each) =>
    ['GoFiles', 'TestGoFiles', 'XTestGoFiles', 'CgoFiles'].flatMap((list) =>
      namesIn(each[list]).map((name) => inFolder(relative(root, each.Dir), name)),
    ),
  ),
);

const found = new Set<string>();
for (const [path, { imports }] of resolved.links) {
  // Files that are left out by build tags are not in the list.
  if (!listed.has(path)) continue;
  for (const { import: index, path: target } of imports)
    if (target !== null)
      found.add(
        `${folderOf(path)} ${resolved.facts.get(path)?.imports[index]?.specifier} → ${folderOf(target)}`,
      );
}
const expected = new Set<string>();
for (const each of packages)
  for (const list of ['Imports', 'TestImports', 'XTestImports'])
    for (const specifier of namesIn(each[list])) {
      const folder = folders.get(specifier);
      if (folder !== undefined)
        expected.add(`${relative(root, each.Dir) || '.'} ${specifier} → ${folder || '.'}`);
    }
compareImports(found, expected, values.show === true);

function folderOf(path: string): string {
  return dirname(path);
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

/**
 * `go list` prints one object after another. It is given a module file without requirements: what leads outside of the
 * repository is not compared, so nothing has to be downloaded.
 */
function listPackages(): GoPackage[] {
  const folder = mkdtempSync(join(tmpdir(), 'go-oracle-'));
  const file = join(folder, 'go.mod');
  writeFileSync(file, /^module .*$/m.exec(readFileSync(join(root, 'go.mod'), 'utf8'))?.[0] ?? '');
  const output = execFileSync('go', ['list', '-e', `-modfile=${file}`, '-mod=mod', '-json', './...'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  rmSync(folder, { recursive: true });
  const parsed: unknown = JSON.parse(`[${output.trim().replace(/^\}\s*^\{/gm, '},{')}]`);
  return Array.isArray(parsed) ? parsed.filter(isPackage) : [];
}

function isPackage(given: unknown): given is GoPackage {
  return typeof given === 'object' && given !== null && 'Dir' in given && 'ImportPath' in given;
}

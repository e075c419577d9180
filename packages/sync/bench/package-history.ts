import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { TestRepository } from '../src/testing/index.ts';

/** One published version as a commit. */
export interface Release {
  readonly version: string;
  readonly commit: string;
  readonly files: number;
}

/** Turns the published versions of an npm package into a history: each version is one commit on `main`. */
export function packageHistory(
  repository: TestRepository,
  name: string,
  versions: readonly string[],
): Release[] {
  const releases: Release[] = [];
  let before = new Map<string, Buffer>();
  for (const version of versions) {
    const after = filesOf(name, version);
    const changes = new Map<string, Buffer | null>();
    for (const path of before.keys()) if (!after.has(path)) changes.set(path, null);
    for (const [path, content] of after)
      if (before.get(path)?.equals(content) !== true) changes.set(path, content);
    const commit = repository.commit('main', Object.fromEntries(changes), { message: `${name} ${version}` });
    releases.push({ version, commit, files: after.size });
    before = after;
  }
  return releases;
}

function filesOf(name: string, version: string): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'package-history-'));
  try {
    const packed = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
    execFileSync('tar', ['-xzf', packed, '--strip-components=1', '--one-top-level=content'], { cwd: folder });
    const root = join(folder, 'content');
    const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => join(root, path));
    const files = paths.filter((path) => statSync(path).isFile());
    return new Map(files.map((path) => [relative(root, path), readFileSync(path)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

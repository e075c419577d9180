import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { factsOfText } from '../src/facts/facts-of-text.ts';
import { origins, type FileLinks } from '../src/resolve/file-links.ts';
import { resolveFile } from '../src/resolve/resolve-file.ts';
import { openFolderWorld } from './folder-world.ts';

export interface Resolved {
  readonly facts: ReadonlyMap<string, FileFacts>;
  readonly links: ReadonlyMap<string, FileLinks>;
}

/** Reads and resolves every file of a folder that a pattern names, and says how long that took. */
export async function resolveFolder(root: string, pattern: string, dialect: string): Promise<Resolved> {
  const files = globSync(pattern, {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|\.git|target)$/.test(path),
  })
    .filter((file) => statSync(join(root, file)).isFile())
    .sort();
  const started = performance.now();
  const facts = new Map<string, FileFacts>();
  let bytes = 0;
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    const found = await factsOfText({ text, dialect });
    if (found === null) continue;
    bytes += text.length;
    facts.set(file, found);
  }
  const read = performance.now();
  const links = openFolderWorld(root, facts, dialect).resolveAll((path, given, world) =>
    resolveFile({ path, dialect, facts: given }, world),
  );
  const resolved = performance.now();
  const megabytes = bytes / 1e6;
  console.log(
    `${files.length} files, ${megabytes.toFixed(2)} MB; facts ${(read - started).toFixed(0)} ms (${(megabytes / ((read - started) / 1000)).toFixed(1)} MB/s), links ${(resolved - read).toFixed(0)} ms (${(megabytes / ((resolved - read) / 1000)).toFixed(1)} MB/s)`,
  );
  return { facts, links };
}

/** Compares two sets of lines such as `from → to`. */
export function compareImports(
  found: ReadonlySet<string>,
  expected: ReadonlySet<string>,
  show: boolean,
): void {
  const right = [...found].filter((each) => expected.has(each));
  const wrong = [...found].filter((each) => !expected.has(each));
  const missed = [...expected].filter((each) => !found.has(each));
  console.log(
    `imports: ${right.length} right, ${wrong.length} wrong, ${missed.length} missed; precision ${share(right.length, found.size)}, recall ${share(right.length, expected.size)}`,
  );
  if (!show) return;
  for (const each of wrong) console.log(`  wrong   ${each}`);
  for (const each of missed) console.log(`  missed  ${each}`);
}

/** How many references each rule resolved, and how many none did. */
export function countReferences({ facts, links }: Resolved): void {
  const counts = new Map<string, number>();
  let all = 0;
  for (const { references } of facts.values()) all += references.length;
  for (const { references } of links.values())
    for (const { origin } of references) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  const parts = [...counts].sort().map(([origin, count]) => `${origin} ${count}`);
  const proven = [...counts]
    .filter(([origin]) => isProven(origin))
    .reduce((sum, [, count]) => sum + count, 0);
  console.log(`references: ${all}, of these proven ${proven}; ${parts.join(', ')}`);
}

const isProven = (origin: string): boolean =>
  Object.entries(origins).some(([name, certainty]) => name === origin && certainty === 'PROVEN');

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(3);
}

import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileFacts } from '../src/facts/file-facts.ts';
import { factsOfText } from '../src/facts/facts-of-text.ts';
import { origins, type FileLinks, type Origin } from '../src/resolve/file-links.ts';
import { resolveFile } from '../src/resolve/resolve-file.ts';
import { symbolKeys } from '../src/resolve/surface.ts';
import { openFolderWorld } from './folder-world.ts';

export interface Resolved {
  readonly facts: ReadonlyMap<string, FileFacts>;
  readonly links: ReadonlyMap<string, FileLinks>;
}

/** Reads and resolves every file of a folder that a pattern names, and says how long that took. */
export async function resolveFolder(root: string, pattern: string, dialect: string): Promise<Resolved> {
  const files = globSync(pattern, {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|\.git|target|vendor)$/.test(path),
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

/** The names that one file imports, each with the file it leads to, or null for one outside. */
type Targets = ReadonlyMap<string, string | null>;

/** The names that a file imports, as an oracle calls them, with the files they were resolved to; null for a name it does not know. */
export function targetsIn(
  { facts, links }: Resolved,
  nameOf: (fact: FileFacts['imports'][number]) => string | null,
): (file: string) => Targets {
  return (file) =>
    new Map(
      (links.get(file)?.imports ?? []).flatMap(({ import: index, path }) => {
        const fact = facts.get(file)?.imports[index];
        const name = fact === undefined ? null : nameOf(fact);
        return name === null ? [] : [[name, path] as const];
      }),
    );
}

/**
 * Compares the names that files import with those of an oracle that reads texts by plain words: a name that it does not
 * see, or sees leading nowhere, counts neither for nor against us.
 */
export function compareTargets(
  files: Iterable<string>,
  { found, expected }: { found: (file: string) => Targets; expected: (file: string) => Targets },
  show: boolean,
): void {
  const counts = { right: 0, wrong: 0, missed: 0, alone: 0 };
  for (const file of files) {
    const [own, theirs] = [found(file), expected(file)];
    for (const name of new Set([...own.keys(), ...theirs.keys()])) {
      const [got, want] = [own.get(name) ?? null, theirs.get(name) ?? null];
      if (want === got) counts.right += want === null ? 0 : 1;
      else if (want === null) counts.alone += 1;
      else counts[got === null ? 'missed' : 'wrong'] += 1;
      if (want !== got && show) console.log(`${file}: ${name} → ${got}, expected ${want}`);
    }
  }
  const { right, wrong, missed, alone } = counts;
  console.log(
    `imports: ${right} right, ${wrong} wrong, ${missed} missed, ${alone} by us alone; precision ${share(right, right + wrong)}, recall ${share(right, right + wrong + missed)}`,
  );
}

/** Counts the references by the rule that resolved them, and those that stay unresolved. */
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

/**
 * Grades every rule by uses that a compiler resolved: for `file:line name`, each `file owner.name` that it can mean.
 */
export function compareReferences(
  { facts, links }: Resolved,
  expected: ReadonlyMap<string, ReadonlySet<string>>,
  show: string,
): void {
  const grades = new Map<Origin, { right: number; wrong: number }>();
  const reached = new Set<string>();
  const keys = new Map<string, Map<string, string>>();
  for (const [path, { symbols }] of facts) {
    const names = symbolKeys(symbols);
    keys.set(path, new Map(symbols.map(({ qualifiedName }, index) => [names[index] ?? '', qualifiedName])));
  }
  for (const [file, { references }] of links)
    for (const { line, origin, path, key } of references) {
      const qualified = keys.get(path)?.get(key) ?? key;
      const parts = qualified.split('.');
      const id = `${file}:${line} ${parts.at(-1)}`;
      const targets = expected.get(id);
      const place = `${path} ${parts.slice(-2).join('.')}`;
      const isRight = targets !== undefined && [...targets].some((each) => isSame(each, place));
      const grade = grades.get(origin) ?? { right: 0, wrong: 0 };
      grades.set(origin, grade);
      grade[isRight ? 'right' : 'wrong'] += 1;
      if (isRight) reached.add(id);
      else if (show === origin)
        console.log(`  ${id} → ${place}, expected ${[...(targets ?? ['nothing'])].join(' | ')}`);
    }
  if (show === 'missed')
    for (const [id, targets] of expected)
      if (!reached.has(id)) console.log(`  ${id} → ${[...targets].join(' | ')}`);
  printGrades(grades);
  console.log(`references: recall ${share(reached.size, expected.size)} of ${expected.size}`);
}

function printGrades(grades: ReadonlyMap<Origin, { right: number; wrong: number }>): void {
  const sums = {
    PROVEN: { right: 0, wrong: 0 },
    LIKELY: { right: 0, wrong: 0 },
    UNPROVEN: { right: 0, wrong: 0 },
  };
  for (const [origin, { right, wrong }] of [...grades].sort()) {
    sums[origins[origin]].right += right;
    sums[origins[origin]].wrong += wrong;
    console.log(`  ${origin.padEnd(26)} ${right} right, ${wrong} wrong, ${share(right, right + wrong)}`);
  }
  for (const [certainty, { right, wrong }] of Object.entries(sums))
    console.log(`references ${certainty}: precision ${share(right, right + wrong)} of ${right + wrong}`);
}

/** Types at the top have no owner here, and members of a class without a name none there. */
function isSame(expected: string, found: string): boolean {
  if (expected === found) return true;
  const [path, name = ''] = expected.split(' ');
  const last = name.slice(name.lastIndexOf('.') + 1);
  return (
    found === `${path} ${last}` ||
    (name === last && found.startsWith(`${path} `) && found.endsWith(`.${last}`))
  );
}

const isProven = (origin: string): boolean =>
  Object.entries(origins).some(([name, certainty]) => name === origin && certainty === 'PROVEN');

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(3);
}

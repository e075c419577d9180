import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { syncStatuses, transitions, type SyncHappening } from './sync-state.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const spec = readFileSync(join(root, 'packages/sync/SPEC.md'), 'utf8');
const laws = spec.split('\n').flatMap((line) => {
  const found = /^\| (\d+) \| (.*?) \| (.*) \|$/.exec(line);
  return found === null ? [] : [{ number: Number(found[1]), evidence: found[3] ?? '' }];
});

/** A call of `test` or of one of its variants such as `test.runIf(…)`, up to the end of the name. */
const testName = /\b(?:test|it)(?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*\( ?(['"`])(.*?)\1/g;

/** The names of the tests in a source file, with every blank and line break as one blank. */
function testNamesIn(file: string): string[] {
  const source = readFileSync(file, 'utf8').replaceAll(/\s+/g, ' ');
  return [...source.matchAll(testName)].map((match) => match[2] ?? '');
}
const testFiles = globSync(['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'scripts/*.test.ts'], {
  cwd: root,
});
const namesByFile = new Map(testFiles.map((file) => [file, testNamesIn(join(root, file))]));

/** The quoted test names of a law, each with the file named before it in its clause. */
const quotes = laws.flatMap(({ number, evidence }) =>
  evidence.split(';').flatMap((clause) => {
    const file = /`([^`]+\.test\.ts)`/.exec(clause)?.[1] ?? null;
    return [...clause.matchAll(/"([^"]+)"/g)].map((match) => ({ number, file, name: match[1] ?? '' }));
  }),
);

test('each of the ten laws names a test', () => {
  expect(laws.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const { number, evidence } of laws)
    expect(/\.test\.ts`|"/.test(evidence), `Law ${number} names no test.`).toBe(true);
});

test('every file that the specification names exists', () => {
  const named = [...spec.matchAll(/`((?:packages|apps|scripts)\/[^`]+\.ts)`/g)].map(
    (match) => match[1] ?? '',
  );
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('every quoted test exists in the file it is quoted from', () => {
  const stale = quotes.filter(({ file, name }) => {
    const names = file === null ? [...namesByFile.values()].flat() : (namesByFile.get(file) ?? []);
    return !names.includes(name);
  });
  expect(
    stale.map(({ number, file, name }) => `Law ${number}: ${file ?? 'no test file'} has no test "${name}".`),
  ).toEqual([]);
});

test('the printed state table is the table of the code', () => {
  const happenings = Object.keys(transitions.QUEUED) as SyncHappening[];
  const rows = syncStatuses.map(
    (status) => `| ${[status, ...happenings.map((each) => transitions[status][each] ?? '–')].join(' | ')} |`,
  );
  expect(spec).toContain(`| | ${happenings.join(' | ')} |`);
  expect(spec).toContain(rows.join('\n'));
});

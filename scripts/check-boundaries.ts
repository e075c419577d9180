import { importGraph } from './import-graph.ts';

// Holds the drawing of the rooms in the README: which package may import which, through the door it names in its
// package.json, and no two files that need each other, not even for a type.

/** The packages each one may import. The web app's one wire to the rest is the printed schema. */
const allowed: Record<string, readonly string[]> = {
  'packages/knowledge': [],
  'packages/sync': ['packages/knowledge'],
  'packages/fake-github': [],
  'packages/db': ['packages/sync', 'packages/knowledge'],
  'apps/api': ['packages/db', 'packages/sync', 'packages/knowledge'],
  'apps/web': [],
};
/** Files that may use the fake GitHub, and in the web app also the rooms behind the API. */
const forTests = /\.(test|spec)\.ts$|\/bench\/|\/e2e\/|\/testing\//;

const { files, edges, cycles } = importGraph();
const problems: string[] = [];
for (const { from, specifier, room, target } of edges) {
  if (target === room) continue;
  const isTest = forTests.test(from);
  const mayImport =
    allowed[room]?.includes(target) === true ||
    (isTest && (target === 'packages/fake-github' || room === 'apps/web'));
  if (!mayImport) problems.push(`${from} imports ${specifier}: ${room} may not know ${target}`);
  else if (specifier.startsWith('.'))
    problems.push(`${from} imports ${specifier}: use a door that ${target} exports`);
}
problems.push(...cycles().map((cycle) => `Files that import each other: ${cycle.join(' → ')}`));
for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} imports that break the drawing`);
process.exitCode = problems.length === 0 ? 0 : 1;

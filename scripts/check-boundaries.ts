import { readFileSync, globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { root } from './run-step.ts';

/** Which rooms each room may import. The web's one wire is the printed schema. */
const arrows: Record<string, readonly string[]> = {
  'packages/knowledge': [],
  'packages/sync': ['packages/knowledge'],
  'packages/fake-github': [],
  'packages/db': ['packages/sync', 'packages/knowledge'],
  'apps/api': ['packages/db', 'packages/sync', 'packages/knowledge'],
  'apps/web': [],
};
/** The fake GitHub serves tests, benchmarks and scripts alone. */
const forTests = /\.(test|spec)\.ts$|\/bench\/|\/e2e\/|\/testing\//;

const problems: string[] = [];
const graph = new Map<string, string[]>();
for (const file of globSync('{apps,packages}/*/{src,bench,e2e}/**/*.{ts,svelte}', { cwd: root })) {
  if (file.includes('/generated/') || file.includes('/corpus/')) continue;
  const room = file.split('/').slice(0, 2).join('/');
  const text = readFileSync(join(root, file), 'utf8');
  const within: string[] = [];
  for (const [statement, specifier] of importsOf(text)) {
    const target = roomOf(file, specifier);
    if (target === null) continue;
    if (target === room) {
      if (
        specifier.startsWith('.') &&
        !statement.startsWith('import type') &&
        !statement.startsWith('export type')
      ) {
        within.push(normalize(join(dirname(file), specifier)));
      }
      continue;
    }
    const allowed =
      arrows[room]?.includes(target) === true || (target === 'packages/fake-github' && forTests.test(file));
    if (!allowed && !(room === 'apps/web' && forTests.test(file)))
      problems.push(`${file} imports ${specifier}: ${room} may not know ${target}`);
    else if (specifier.startsWith('.'))
      problems.push(`${file} imports ${specifier}: go through the door of ${target}`);
  }
  graph.set(file, within);
}
problems.push(...circles());
for (const problem of problems) console.error(problem);
console.log(`${graph.size} files, ${problems.length} arrows that point the wrong way`);
process.exitCode = problems.length === 0 ? 0 : 1;

function* importsOf(text: string): Generator<[string, string]> {
  const pattern = /^\s*((?:import|export)\b[^'";]*?from\s*|import\s*|.*?\bimport\()(['"])([^'"]+)\2/gm;
  for (const match of text.matchAll(pattern)) yield [match[1]?.trim() ?? '', match[3] ?? ''];
}

function roomOf(file: string, specifier: string): string | null {
  const named = /^@project-sync\/([a-z-]+)/.exec(specifier);
  if (named !== null) {
    const name = named[1] ?? '';
    return name === 'api' || name === 'web' ? `apps/${name}` : `packages/${name}`;
  }
  if (!specifier.startsWith('.')) return null;
  const path = normalize(join(dirname(file), specifier));
  return path.split('/').slice(0, 2).join('/');
}

/** A circle means two files that cannot be read, tested or moved without each other. */
function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      found.push(`A circle of imports: ${[...trail.slice(at), file].join(' → ')}`);
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

import type { Dependency, ModuleSummary } from './module-summary.ts';

/** A part of the repository as its architecture shows it: one module, or a folder with all modules below it. */
export interface ModuleGroup {
  readonly path: string;
  readonly modules: readonly ModuleSummary[];
  readonly needs: readonly Dependency[];
}

/** Parts that a diagram shows at most; with more it can't be read. */
export const MOST_GROUPS = 24;

/** Joins modules by their folders until a diagram can show them: the finest level that has few enough parts. */
export function groupModules(modules: readonly ModuleSummary[]): ModuleGroup[] {
  const paths = modules.map(({ path }) => path);
  let level = 1;
  for (let next = 2; next <= 12; next += 1) {
    if (new Set(paths.map((path) => cut(path, next))).size > MOST_GROUPS) break;
    level = next;
  }
  const groups = Map.groupBy(modules, ({ path }) => cut(path, level));
  return [...groups]
    .map(([path, members]) => ({ path, modules: members, needs: needsOf(path, members, level) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function cut(path: string, level: number): string {
  let end = -1;
  for (let part = 0; part < level; part += 1) {
    end = path.indexOf('/', end + 1);
    if (end < 0) return path;
  }
  return path.slice(0, end);
}

function needsOf(own: string, members: readonly ModuleSummary[], level: number): Dependency[] {
  const found = new Map<string, Dependency>();
  for (const { needs } of members)
    for (const { name, imports, path, line } of needs) {
      const target = cut(name, level);
      if (target === own) continue;
      const known = found.get(target);
      found.set(
        target,
        known === undefined
          ? { name: target, imports, path, line }
          : { ...known, imports: known.imports + imports },
      );
    }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The lines of code of a group, of all languages together. */
export function linesOf({ modules }: Pick<ModuleGroup, 'modules'>): number {
  return modules.reduce((sum, module) => sum + linesOfModule(module), 0);
}

/** The lines of code of a module, of all languages together. */
export function linesOfModule({ lines }: Pick<ModuleSummary, 'lines'>): number {
  return Object.values(lines).reduce((a, b) => a + b, 0);
}

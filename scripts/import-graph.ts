import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { root } from './run-step.ts';

/** One import, export-from or dynamic import, types counted. */
export interface ImportEdge {
  readonly from: string;
  readonly specifier: string;
  readonly room: string;
  readonly target: string;
}

/** The imports of all rooms, read from their sources. */
export interface ImportGraph {
  readonly files: readonly string[];
  readonly edges: readonly ImportEdge[];
  /** Paths of files that lead back to their first one. */
  cycles(): string[][];
}

/** Reads every source, test and benchmark of the workspace below `base`. */
export function importGraph(base: string = root): ImportGraph {
  const files = globSync('{apps,packages}/*/{src,bench,e2e,training}/**/*.{ts,svelte}', { cwd: base })
    .filter((file) => !/\/(generated|corpus|\.svelte-kit)\//.test(file))
    .sort();
  const edges: ImportEdge[] = [];
  const within = new Map<string, string[]>();
  for (const file of files) {
    const room = roomOf(file);
    const near: string[] = [];
    for (const specifier of specifiersOf(join(base, file))) {
      const target = targetOf(file, specifier);
      if (target === null) continue;
      edges.push({ from: file, specifier, room, target: roomOf(target) });
      if (target.includes('/src/') && target !== file) near.push(target);
    }
    within.set(file, near);
  }
  return { files, edges, cycles: () => cyclesOf(within) };
}

function specifiersOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const script = path.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, code]) => code).join('\n')
    : text;
  return ts.preProcessFile(script, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** The file or package that a specifier means; null for what the workspace does not hold. */
function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('#lib/')) return `apps/web/src/lib/${specifier.slice('#lib/'.length)}`;
  const named = /^@project-sync\/([a-z-]+)/.exec(specifier)?.[1];
  if (named !== undefined) return named === 'api' || named === 'web' ? `apps/${named}` : `packages/${named}`;
  return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : null;
}

const roomOf = (path: string): string => path.split('/').slice(0, 2).join('/');

/** Follows imports depth first; a file that is met again on its own trail closes a cycle. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      found.push([...trail.slice(at), file]);
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

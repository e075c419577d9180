import { importCycles, layersOf, pathKind } from '@project-sync/knowledge';
import type { GraphFile } from './file-graph.ts';

/** A folder or file of a module graph. */
export interface ModuleNode {
  readonly path: string;
  readonly isFolder: boolean;
  readonly files: number;
  readonly lines: number;
  readonly layer: number | null;
}

/** The folders and files below a path, and the imports between them. */
export interface ModuleGraph {
  readonly nodes: readonly ModuleNode[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly imports: number }[];
  readonly cycles: readonly (readonly string[])[];
}

/** Adds up files and imports by the folders and files that stand at most `depth` levels below a folder. */
export function moduleGraph(files: readonly GraphFile[], folder: string, depth: number): ModuleGraph {
  const graph = new Map(files.map(({ path, imports }) => [path, imports]));
  const of = (path: string): string => moduleOf(path, folder, depth);
  const edges = edgesOf(files, graph, of);
  const sources = files.filter(({ path }) => !['test', 'example'].includes(pathKind(path)));
  const own = layersOf(new Map(sources.map(({ path, imports }) => [path, imports])));
  // Every package has files that nothing imports. One that others need lies below them all the same.
  const amongModules = layersOf(needs(sources, graph, of));
  const nodes = new Map<string, ModuleNode>();
  for (const { path, lines } of files) {
    const module = of(path);
    const known = nodes.get(module);
    nodes.set(module, {
      path: module,
      isFolder: module !== path,
      files: (known?.files ?? 0) + 1,
      lines: (known?.lines ?? 0) + lines,
      layer: amongModules.get(module) ?? lowest(known?.layer, own.get(path)),
    });
  }
  return { nodes: [...nodes.values()], edges, cycles: importCycles(graph) };
}

type FileGraph = ReadonlyMap<string, readonly string[]>;
type ModuleOf = (path: string) => string;

function edgesOf(files: readonly GraphFile[], graph: FileGraph, of: ModuleOf): ModuleGraph['edges'] {
  const edges = new Map<string, { from: string; to: string; imports: number }>();
  for (const { path, imports } of files) {
    const from = of(path);
    for (const target of imports) {
      const to = of(target);
      if (to === from || !graph.has(target)) continue;
      const key = `${from}\0${to}`;
      const edge = edges.get(key) ?? { from, to, imports: 0 };
      edge.imports += 1;
      edges.set(key, edge);
    }
  }
  return [...edges.values()];
}

/** The modules that each one needs. With their tests all of them would be entry points. */
function needs(sources: readonly GraphFile[], graph: FileGraph, of: ModuleOf): FileGraph {
  const modules = new Map<string, readonly string[]>(sources.map(({ path }) => [of(path), []]));
  for (const { from, to } of edgesOf(sources, graph, of))
    modules.set(from, [...(modules.get(from) ?? []), to]);
  return modules;
}

function lowest(known: number | null | undefined, layer: number | undefined): number | null {
  const layers = [known, layer].filter((each) => each != null);
  return layers.length === 0 ? null : Math.min(...layers);
}

function moduleOf(path: string, folder: string, depth: number): string {
  const below = folder === '' ? path : path.slice(folder.length + 1);
  const parts = below.split('/');
  const module = parts.slice(0, depth).join('/');
  return folder === '' ? module : `${folder}/${module}`;
}

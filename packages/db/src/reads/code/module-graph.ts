import { importCycles, layersOf } from '@project-sync/knowledge';
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
  const layers = layersOf(graph);
  const nodes = new Map<string, ModuleNode>();
  for (const { path, lines } of files) {
    const module = moduleOf(path, folder, depth);
    const known = nodes.get(module);
    const layer = layers.get(path) ?? null;
    nodes.set(module, {
      path: module,
      isFolder: module !== path,
      files: (known?.files ?? 0) + 1,
      lines: (known?.lines ?? 0) + lines,
      layer: known?.layer == null ? layer : Math.min(known.layer, layer ?? known.layer),
    });
  }
  const edges = new Map<string, { from: string; to: string; imports: number }>();
  for (const { path, imports } of files) {
    const from = moduleOf(path, folder, depth);
    for (const target of imports) {
      if (!graph.has(target)) continue;
      const to = moduleOf(target, folder, depth);
      if (to === from) continue;
      const key = `${from}\0${to}`;
      const edge = edges.get(key) ?? { from, to, imports: 0 };
      edge.imports += 1;
      edges.set(key, edge);
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], cycles: importCycles(graph) };
}

function moduleOf(path: string, folder: string, depth: number): string {
  const below = folder === '' ? path : path.slice(folder.length + 1);
  const parts = below.split('/');
  const module = parts.slice(0, depth).join('/');
  return folder === '' ? module : `${folder}/${module}`;
}

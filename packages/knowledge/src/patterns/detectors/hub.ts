import type { Detector } from '../detector.ts';
import type { FoundPattern } from '../found-pattern.ts';

const MOST_HUBS = 3;
/** A file that fewer than these import, or a smaller share of the code, is no hub. */
const FEWEST_IMPORTERS = 25;
const SMALLEST_SHARE = 0.1;

/** Files that a large share of the code imports: a change of one reaches far. */
export const hub: Detector = {
  name: 'hub',
  version: 1,
  reads: ['imports', 'role'],
  find: ({ files, graph }) => {
    const sources = [...files.values()].filter(({ role }) => role === 'source').length;
    const fewest = Math.max(FEWEST_IMPORTERS, sources * SMALLEST_SHARE);
    return graph.paths
      .map((path, number) => ({ path, importers: graph.importers[number] ?? 0 }))
      .filter(({ path, importers }) => importers >= fewest && files.get(path)?.role === 'source')
      .sort((a, b) => b.importers - a.importers || (a.path < b.path ? -1 : 1))
      .slice(0, MOST_HUBS)
      .map(({ path, importers }): FoundPattern => {
        const count = importers >= 100 ? Math.round(importers / 50) * 50 : Math.round(importers / 10) * 10;
        return {
          subject: path,
          kind: 'ARCHITECTURE',
          severity: 'LOW',
          certainty: 'PROVEN',
          title: `${path} is a hub: about ${count} files import it`,
          description: `More files depend on ${path} than on nearly any other. A change of what it exports reaches all of them.`,
          suggestion: null,
          places: [{ path, startLine: 1, endLine: 1 }],
        };
      });
  },
};

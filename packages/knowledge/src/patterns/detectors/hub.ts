import type { Detector, DigestedSnapshot, Tally } from '../detector.ts';
import type { FileDigest } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { comparePaths, Counts } from '../tally.ts';

const MOST_HUBS = 3;
/** A file that fewer than these import, or a smaller share of the code, is no hub. */
const FEWEST_IMPORTERS = 25;
const SMALLEST_SHARE = 0.1;

/** Files that a large share of the code imports: a change of one reaches far. */
export const hub: Detector = {
  name: 'hub',
  version: 1,
  reads: ['imports', 'role'],
  tally: () => new HubTally(),
};

/** How many source files import each file. */
class HubTally implements Tally {
  readonly #importers = new Counts<string>();
  readonly #often = new Set<string>();
  #sources = 0;

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    this.#countFile(path, before, -1);
    this.#countFile(path, now, 1);
  }

  find({ files }: DigestedSnapshot): FoundPattern[] {
    const fewest = Math.max(FEWEST_IMPORTERS, this.#sources * SMALLEST_SHARE);
    return [...this.#often]
      .map((path) => ({ path, importers: this.#importers.get(path) }))
      .filter(({ path, importers }) => importers >= fewest && files.get(path)?.role === 'source')
      .sort((a, b) => b.importers - a.importers || comparePaths(a.path, b.path))
      .slice(0, MOST_HUBS)
      .map(hubOf);
  }

  #countFile(path: string, file: FileDigest | null, by: 1 | -1): void {
    if (file?.role !== 'source') return;
    this.#sources += by;
    for (const to of new Set(file.imports?.map((each) => each.to))) {
      if (to === path) continue;
      if (this.#importers.add(to, by) < FEWEST_IMPORTERS) this.#often.delete(to);
      else this.#often.add(to);
    }
  }
}

function hubOf({ path, importers }: { readonly path: string; readonly importers: number }): FoundPattern {
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
}

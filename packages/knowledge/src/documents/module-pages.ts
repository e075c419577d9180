import { canonicalJson, hashOfTwo, inputHash, ownHash } from './document-page.ts';
import { apiPage, moduleOf, modulePage, type ModuleFacts } from './module-facts.ts';
import type { Dependency, ModuleSummary, TestedModule } from './module-summary.ts';
import { apiPageInputs, apiPageOf } from './pages/api-page.ts';
import { modulePageInputs, modulePageOf, type ModuleOwn } from './pages/module-page.ts';
import type { PlannedPage } from './repository-pages.ts';

/** The modules around others: who imports each, which tests do, and which stand in its folder. */
export interface Neighbours {
  readonly neededBy: ReadonlyMap<string, readonly Dependency[]>;
  readonly testedBy: ReadonlyMap<string, readonly TestedModule[]>;
  /** The nearest modules with sources below each. */
  readonly below: ReadonlyMap<string, readonly string[]>;
}

/** Turns the dependencies of all modules around, for some of them or for all. */
export function neighboursOf(
  modules: Iterable<ModuleSummary>,
  wanted: ReadonlySet<string> | null = null,
): Neighbours {
  const isWanted = (path: string) => wanted === null || wanted.has(path);
  const neededBy = new Map<string, Dependency[]>();
  const testedBy = new Map<string, TestedModule[]>();
  const sources = new Set<string>();
  for (const { path, needs, tested, files } of modules) {
    if (files > 0) sources.add(path);
    for (const need of needs) if (isWanted(need.name)) push(neededBy, need.name, { ...need, name: path });
    for (const test of tested) if (isWanted(test.name)) push(testedBy, test.name, test);
  }
  for (const users of neededBy.values())
    users.sort((a, b) => b.imports - a.imports || (a.name < b.name ? -1 : 1));
  for (const tests of testedBy.values()) tests.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { neededBy, testedBy, below: belowEach(sources, isWanted) };
}

function belowEach(modules: ReadonlySet<string>, isWanted: (path: string) => boolean): Map<string, string[]> {
  const below = new Map<string, string[]>();
  for (const path of modules) {
    const above = foldersAbove(path).find((folder) => modules.has(folder));
    if (above !== undefined && isWanted(above)) push(below, above, path);
  }
  for (const paths of below.values()) paths.sort();
  return below;
}

/** The folders that a folder stands in, the nearest first, and the root last. */
function foldersAbove(path: string): string[] {
  const found: string[] = [];
  for (let folder = path; folder !== '';) found.push((folder = moduleOf(folder)));
  return found;
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The modules whose pages speak of what differs between two states of one module. */
export function touchedNeighbours(before: ModuleSummary | null, now: ModuleSummary | null): string[] {
  const [had, has] = [spoken(before), spoken(now)];
  const said = [...had.keys(), ...has.keys()].filter((name) => had.get(name) !== has.get(name));
  const hasCome = (before?.files ?? 0) > 0 !== (now?.files ?? 0) > 0;
  return [...new Set([...said, ...(hasCome ? foldersAbove((now ?? before)?.path ?? '') : [])])];
}

/** For each module that a summary speaks of, what it says of it. */
function spoken(summary: ModuleSummary | null): Map<string, string> {
  const said = new Map<string, string>();
  for (const each of [...(summary?.needs ?? []), ...(summary?.tested ?? [])])
    said.set(each.name, `${said.get(each.name) ?? ''}${canonicalJson(each)}`);
  return said;
}

/** The first half of the hash of a module's page: what follows from its own files. */
export function ownHashOf({ summary, offers, longest }: ModuleOwn): string {
  return ownHash({ summary, offers, longest });
}

/** The page of a module. */
export function plannedModulePage(own: ModuleOwn, { neededBy, testedBy, below }: Neighbours): PlannedPage {
  const { path } = own.summary;
  const inputs = modulePageInputs(own, {
    neededBy: neededBy.get(path) ?? [],
    testedBy: testedBy.get(path) ?? [],
    below: below.get(path) ?? [],
  });
  return {
    path: modulePage(path),
    // The summary is stored with the page, and the pages of other modules are made from it: it is an input though this
    // page says little of it. A text that comes out as it was stays the work of the sync that wrote it.
    inputHash: hashOfTwo(
      { summary: own.summary, offers: own.offers, longest: own.longest },
      {
        neededBy: inputs.neededBy,
        examples: inputs.examples,
        testedBy: inputs.testedBy,
        below: inputs.below,
        beside: inputs.beside,
      },
    ),
    write: () => modulePageOf(inputs),
  };
}

/** The reference of a module's exports; null where it has none. */
export function plannedApiPage(facts: ModuleFacts): PlannedPage | null {
  const inputs = apiPageInputs(facts);
  if (inputs === null) return null;
  return { path: apiPage(facts.path), inputHash: inputHash(inputs), write: () => apiPageOf(inputs) };
}

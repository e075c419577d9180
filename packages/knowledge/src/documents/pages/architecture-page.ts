import { importCycles, layersOf } from '../../resolve/graph-measures.ts';
import type { Citation, DocumentPage } from '../document-page.ts';
import { groupModules, linesOf, linesOfModule, MOST_GROUPS, type ModuleGroup } from '../group-modules.ts';
import {
  aboutLines,
  code,
  counted,
  firstSentence,
  linkBelow,
  listed,
  numeral,
  pathLink,
  plainText,
} from '../markdown.ts';
import { isHidden, withoutExamples } from '../module-facts.ts';
import { roundLines, type ModuleSummary } from '../module-summary.ts';
import { PageWriter } from '../page-writer.ts';
import type { ManifestFacts, RepositoryFacts } from '../repository-facts.ts';

const MOST_CIRCLES = 10;
const MOST_IN_CIRCLE = 6;
const MOST_FOLDERS = 8;
const MOST_NAMES = 4;

/** A part of the repository, as the page shows it. */
interface Part {
  readonly path: string;
  readonly says: string;
  readonly citations: readonly Citation[];
  readonly files: number;
  readonly lines: number;
  readonly needs: readonly { readonly name: string; readonly imports: number }[];
}

/** Folders that import each other, and the imports by which they do. */
interface Circle {
  readonly paths: readonly string[];
  readonly size: number;
  readonly citations: readonly Citation[];
}

/** The inputs of the page on the parts of a repository. */
export interface ArchitectureInputs {
  readonly folders: number;
  /** Folders of examples, which are left out. */
  readonly examples: number;
  readonly allParts: number;
  readonly parts: readonly Part[];
  /** The parts by their distance from those that no other part imports. */
  readonly layers: readonly (readonly string[])[];
  readonly circles: readonly Circle[];
  readonly allCircles: number;
  /** Circles among the modules of a crate, which are none to a reader of Rust. */
  readonly ofRust: number;
}

/** Chooses from the modules what the page on architecture says. */
export function architectureInputs({
  modules,
  manifests,
}: Pick<RepositoryFacts, 'modules' | 'manifests'>): ArchitectureInputs {
  const all = modules.filter(({ files, path }) => files > 0 && !isHidden(path));
  const sources = withoutExamples(all);
  const groups = groupModules(sources);
  const shown = largest(groups, linesOf)
    .slice(0, MOST_GROUPS)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const visible = new Set(shown.map(({ path }) => path));
  const { circles, ofRust } = circlesOf(sources);
  return {
    folders: sources.length,
    examples: all.length - sources.length,
    allParts: groups.length,
    parts: shown.map((group) => ({
      path: group.path,
      ...purposeOf(group, manifests),
      files: group.modules.reduce((sum, { files }) => sum + files, 0),
      lines: roundLines(linesOf(group)),
      needs: group.needs
        .filter(({ name }) => visible.has(name))
        .map(({ name, imports }) => ({ name, imports })),
    })),
    layers: layersOfGroups(shown),
    circles: circles.slice(0, MOST_CIRCLES),
    allCircles: circles.length,
    ofRust,
  };
}

/** Writes the page on the parts of a repository: their purposes, the imports between them, layers and circles. */
export function architecturePageOf(inputs: ArchitectureInputs): DocumentPage {
  const { folders, examples, allParts, parts } = inputs;
  const page = new PageWriter();
  page.heading(1, 'Architecture');
  if (parts.length === 0) {
    page.paragraph('The repository has no source files whose structure is analysed.');
    return page.page('architecture', 'Architecture');
  }
  const shownAs = allParts < folders ? `, shown here as ${counted(allParts, 'part')}` : '';
  page.paragraph(
    `${counted(folders, 'folder')} with source files${shownAs}. An arrow leads from a part to one that it imports, with the number of imports.`,
  );
  page.fence('mermaid', diagramOf(parts));
  if (allParts > parts.length)
    page.paragraph(
      `${counted(allParts - parts.length, 'smaller part is', 'smaller parts are')} left out of the diagram and the list.`,
    );
  if (examples > 0)
    page.paragraph(
      `${counted(examples, 'folder')} of examples and benchmarks ${examples === 1 ? 'is' : 'are'} left out.`,
    );
  page.heading(2, 'Parts');
  for (const { path, says, citations, files, lines } of parts)
    page.item(
      `${path === '' ? 'The root folder' : pathLink(path)}, ${counted(files, 'file')} with ${aboutLines(lines)} of code: ${says}`,
      citations,
    );
  writeLayers(page, inputs);
  writeCircles(page, inputs);
  return page.page('architecture', 'Architecture');
}

/** The graph of parts as a Mermaid flowchart. */
function diagramOf(parts: readonly Pick<Part, 'path' | 'needs'>[]): string {
  const ids = new Map(parts.map(({ path }, index) => [path, `n${index}`]));
  const idOf = (path: string) => ids.get(path) ?? '';
  const nodes = parts.map(({ path }) => `  ${idOf(path)}["${label(path)}"]`);
  const edges = parts.flatMap(({ path, needs }) =>
    needs.map(({ name, imports }) => `  ${idOf(path)} -->|${imports}| ${idOf(name)}`),
  );
  return ['flowchart LR', ...nodes, ...edges].join('\n');
}

/** Mermaid reads entities by their numbers, so that no name of a folder can end its own label. */
const label = (path: string): string =>
  path === '' ? 'root' : path.replace(/[#&"<>`\\;]/g, (character) => `#${character.codePointAt(0) ?? 63};`);

/** The purpose of a part in its own words where it has any; else its exports. */
function purposeOf(group: ModuleGroup, manifests: readonly ManifestFacts[]): Said {
  const manifest = manifests.find(
    ({ path, description }) =>
      description !== null && group.path !== '' && path.slice(0, path.lastIndexOf('/')) === group.path,
  );
  if (manifest?.description != null) {
    const { path, descriptionLine: line } = manifest;
    return {
      says: sentence(plainText(manifest.description)),
      citations: [{ path, startLine: line, endLine: line }],
    };
  }
  const own =
    group.modules.find(({ path }) => path === group.path)?.purpose ??
    (group.modules.length === 1 ? group.modules[0]?.purpose : null);
  const said = own == null ? '' : firstSentence(own.text);
  if (own != null && said !== '') return { says: sentence(said), citations: [withoutText(own)] };
  if (group.modules.length === 1) return contentOf(group.modules[0]);
  const itself = group.modules.find(({ path }) => path === group.path);
  const folders = foldersOf(group);
  if (itself === undefined) return folders;
  const content = contentOf(itself);
  return { says: `${content.says.replace(/\.$/, '')}; with ${folders.says}`, citations: content.citations };
}

interface Said {
  readonly says: string;
  readonly citations: readonly Citation[];
}

/** The folders of a part, the largest first: their names say more than a few of the exports of them all. */
function foldersOf(group: ModuleGroup): Said {
  const below = largest(
    group.modules.filter(({ path }) => path !== group.path),
    linesOfModule,
  );
  const links = below.slice(0, MOST_FOLDERS).map(({ path }) => linkBelow(group.path, path));
  const others = below.length - links.length;
  const all = others > 0 ? `${links.join(', ')} and ${numeral(others)} more` : listed(links);
  return { says: `${below.length === 1 ? 'the folder' : 'the folders'} ${all}.`, citations: [] };
}

/** The largest first, of equal ones in the order of their paths. Each is measured once. */
function largest<T extends { readonly path: string }>(all: readonly T[], sizeOf: (each: T) => number): T[] {
  return all
    .map((each) => ({ each, size: sizeOf(each) }))
    .sort((a, b) => b.size - a.size || (a.each.path < b.each.path ? -1 : 1))
    .map(({ each }) => each);
}

/** The exports of a module, or its files where it has none. */
function contentOf(module: ModuleSummary | undefined): Said {
  const { offers = [], sources = [], files = 0 } = module ?? {};
  if (offers.length > 0) {
    const unique = [...new Map(offers.map((offer) => [offer.name, offer])).values()];
    const shown = unique.slice(0, MOST_NAMES);
    const names = shown.map(({ name }) => code(name));
    return {
      says: `It exports ${listed(unique.length > MOST_NAMES ? [...names, 'others'] : names)}.`,
      citations: shown.map(({ path, line }) => ({ path, startLine: line, endLine: line })),
    };
  }
  const links = sources.map((path) => linkBelow(module?.path ?? '', path));
  const others = files - links.length;
  const all = others > 0 ? `${links.join(', ')} and ${numeral(others)} more` : listed(links);
  return { says: `${all}${module?.exported === 0 ? ', without exports' : ''}.`, citations: [] };
}

const withoutText = ({ path, startLine, endLine }: Citation): Citation => ({ path, startLine, endLine });
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text.replace(/[:;,]$/, '')}.`);

/** Parts that import each other share a layer. */
function layersOfGroups(groups: readonly ModuleGroup[]): string[][] {
  const shown = new Set(groups.map(({ path }) => path));
  const graph = new Map(
    groups.map(({ path, needs }) => [path, needs.map(({ name }) => name).filter((name) => shown.has(name))]),
  );
  const circleOf = new Map(
    importCycles(graph).flatMap((circle) => circle.map((path) => [path, circle[0] ?? path] as const)),
  );
  const standIn = (path: string): string => circleOf.get(path) ?? path;
  const joined = new Map<string, string[]>();
  for (const [path, needs] of graph) {
    const own = joined.get(standIn(path)) ?? [];
    joined.set(standIn(path), [...own, ...needs.map(standIn).filter((need) => need !== standIn(path))]);
  }
  const layers = layersOf(joined);
  const found: string[][] = [];
  for (const path of shown) {
    const layer = layers.get(standIn(path));
    if (layer !== undefined) (found[layer] ??= []).push(path);
  }
  return found.map((paths) => paths.toSorted());
}

function circlesOf(modules: readonly ModuleSummary[]): { circles: Circle[]; ofRust: number } {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const graph = new Map(modules.map(({ path, needs }) => [path, needs.map(({ name }) => name)]));
  // The modules of Rust see those around them, as the files of one folder do elsewhere.
  const isOfRust = (circle: readonly string[]): boolean =>
    circle.every((path) => Object.keys(byPath.get(path)?.lines ?? {}).join() === 'rust');
  const all = importCycles(graph);
  const shown = all.filter((circle) => !isOfRust(circle));
  const circles = shown.map((circle) => {
    const inside = new Set(circle);
    const edges = circle.flatMap(
      (path) => byPath.get(path)?.needs.filter(({ name }) => inside.has(name)) ?? [],
    );
    return {
      paths: circle.slice(0, MOST_IN_CIRCLE),
      size: circle.length,
      citations: edges
        .slice(0, MOST_IN_CIRCLE)
        .map(({ path, line }) => ({ path, startLine: line, endLine: line })),
    };
  });
  return { circles, ofRust: all.length - shown.length };
}

const partName = (path: string): string => (path === '' ? 'the root folder' : code(path));

function writeLayers(page: PageWriter, { layers }: ArchitectureInputs): void {
  if (layers.length < 2) return;
  page.heading(2, 'Layers');
  page.paragraph(
    'By the distance from the parts that no other part imports, which come first. Parts that import each other share a layer, and parts without imports between them and others have none.',
  );
  for (const [layer, paths] of layers.entries()) page.item(`Layer ${layer}: ${listed(paths.map(partName))}.`);
}

function writeCircles(page: PageWriter, { circles, allCircles, ofRust }: ArchitectureInputs): void {
  page.heading(2, 'Circles');
  if (circles.length === 0)
    page.paragraph(
      ofRust > 0
        ? 'No folders import each other in a circle, but for the modules inside of a crate, which Rust sees as one.'
        : 'No folders import each other in a circle.',
    );
  for (const { paths, size, citations } of circles) {
    const others = size > paths.length ? [counted(size - paths.length, 'more folder')] : [];
    page.item(`${listed([...paths.map(partName), ...others])} import each other.`, citations);
  }
  if (allCircles > circles.length)
    page.paragraph(`And ${counted(allCircles - circles.length, 'more circle')}.`);
}

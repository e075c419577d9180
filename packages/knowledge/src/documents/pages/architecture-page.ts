import { importCycles, layersOf } from '../../resolve/graph-measures.ts';
import type { Citation, DocumentPage } from '../document-page.ts';
import { groupModules, linesOf, MOST_GROUPS, type ModuleGroup } from '../group-modules.ts';
import { code, counted, firstSentence, listed, numeral, pathLink, plainText } from '../markdown.ts';
import { withoutExamples } from '../module-facts.ts';
import { roundLines, type ModuleSummary } from '../module-summary.ts';
import { PageWriter } from '../page-writer.ts';
import type { ManifestFacts, RepositoryFacts } from '../repository-facts.ts';

const MOST_CIRCLES = 10;
const MOST_IN_CIRCLE = 6;

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
}

/** Chooses from the modules what the page on architecture says. */
export function architectureInputs({
  modules,
  manifests,
}: Pick<RepositoryFacts, 'modules' | 'manifests'>): ArchitectureInputs {
  const all = modules.filter(({ files }) => files > 0);
  const sources = withoutExamples(all);
  const groups = groupModules(sources);
  const shown = groups
    .toSorted((a, b) => linesOf(b) - linesOf(a) || (a.path < b.path ? -1 : 1))
    .slice(0, MOST_GROUPS)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const visible = new Set(shown.map(({ path }) => path));
  const circles = circlesOf(sources);
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
      `${counted(allParts - parts.length, 'smaller part')} are left out of the diagram and the list.`,
    );
  if (examples > 0)
    page.paragraph(
      `${counted(examples, 'folder')} of examples and benchmarks ${examples === 1 ? 'is' : 'are'} left out.`,
    );
  page.heading(2, 'Parts');
  for (const { path, says, citations, files, lines } of parts)
    page.item(
      `${path === '' ? 'The root folder' : pathLink(path)}, ${counted(files, 'file')} with about ${counted(lines, 'line')} of code: ${says}`,
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
function purposeOf(
  group: ModuleGroup,
  manifests: readonly ManifestFacts[],
): { readonly says: string; readonly citations: readonly Citation[] } {
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
  if (own != null) return { says: sentence(firstSentence(own.text)), citations: [withoutText(own)] };
  const offers = group.modules.flatMap((each) => each.offers);
  if (offers.length === 0) return { says: 'It exports nothing.', citations: [] };
  const names = offers.slice(0, 4).map(({ name }) => code(name));
  return {
    says: `It exports ${listed(offers.length > 4 ? [...names, 'others'] : names)}.`,
    citations: offers.slice(0, 4).map(({ path, line }) => ({ path, startLine: line, endLine: line })),
  };
}

const withoutText = ({ path, startLine, endLine }: Citation): Citation => ({ path, startLine, endLine });
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

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

function circlesOf(modules: readonly ModuleSummary[]): Circle[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const graph = new Map(modules.map(({ path, needs }) => [path, needs.map(({ name }) => name)]));
  // The modules of Rust see those around them, as the files of one folder do elsewhere.
  const isOfRust = (circle: readonly string[]): boolean =>
    circle.every((path) => Object.keys(byPath.get(path)?.lines ?? {}).join() === 'rust');
  const circles = importCycles(graph).filter((circle) => !isOfRust(circle));
  return circles.map((circle) => {
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

function writeCircles(page: PageWriter, { circles, allCircles }: ArchitectureInputs): void {
  page.heading(2, 'Circles');
  if (circles.length === 0) page.paragraph('No folders import each other in a circle.');
  for (const { paths, size, citations } of circles) {
    const others = size > paths.length ? ` and ${counted(size - paths.length, 'more folder')}` : '';
    page.item(`${listed(paths.map(partName))}${others} import each other.`, citations);
  }
  if (allCircles > circles.length)
    page.paragraph(`And ${numeral(allCircles - circles.length)} more circles.`);
}

import { folderOf, joinPath } from '../../resolve/paths.ts';
import { ruleFileOf, type Authority } from '../../rules/rule-file.ts';
import type { DeclaredLayer } from '../declared-layers.ts';
import type { Detector, DigestedSnapshot } from '../detector.ts';
import type { FoundPattern, PatternPlace } from '../found-pattern.ts';

/** A document whose rules bind, and where its rules stand; null for one that is no file. */
interface Ruling {
  readonly name: string;
  readonly path: string | null;
  readonly authority: Authority;
  readonly layers: readonly DeclaredLayer[];
}

/**
 * Imports that a document forbids: a file that rules, or a document that people wrote. A rule is read as it is written, so
 * it binds tests and imports of types too.
 */
export const declaredLayer: Detector = {
  name: 'declared-layer',
  version: 1,
  reads: ['layers', 'imports', 'packages', 'manifest', 'role'],
  find: (snapshot) => {
    const found = new Map<string, FoundPattern>();
    const rulings = [...rulingsOf(snapshot)];
    if (rulings.length === 0) return [];
    const folders = new Folders(snapshot);
    for (const ruling of rulings)
      for (const layer of ruling.layers) {
        const pattern = crossing(snapshot, folders, { ruling, layer });
        // Two documents may say the same.
        if (pattern !== null && !found.has(pattern.subject)) found.set(pattern.subject, pattern);
      }
    return [...found.values()];
  },
};

function* rulingsOf({ files, declared }: DigestedSnapshot): Generator<Ruling> {
  for (const { title, authority, layers } of declared.written)
    yield { name: `the document "${title}"`, path: null, authority, layers };
  for (const [path, { layers = [] }] of files) {
    const rule = layers.length === 0 ? null : ruleFileOf(path, declared.named);
    if (rule !== null && rule.authority !== 'INFORMATIONAL')
      yield { name: path, path, authority: rule.authority, layers };
  }
}

function crossing(
  { files }: DigestedSnapshot,
  folders: Folders,
  { ruling, layer }: { readonly ruling: Ruling; readonly layer: DeclaredLayer },
): FoundPattern | null {
  const near = ruling.path === null ? '' : folderOf(ruling.path);
  const from = folders.meant(layer.from, near);
  const to = folders.meant(layer.to, near);
  if (from === null || from === to) return null;
  // Of two modules of which one holds the other, each may use itself.
  const isAround = isIn(from, to);
  const isForbidden = (target: string): boolean => isIn(target, to) && !(isAround && isIn(target, from));
  const places = [...files].flatMap(([path, file]): PatternPlace[] => {
    if (file.role === 'generated' || !isIn(path, from) || (isIn(path, to) && !isAround)) return [];
    const lines = [
      ...(file.imports ?? []).filter(({ to: target }) => isForbidden(target)),
      ...(file.packages ?? []).filter(({ name }) => name === layer.to),
    ];
    return lines.map(({ line }) => ({ path, startLine: line, endLine: line }));
  });
  return places.length === 0
    ? null
    : forbidden(places, { ruling, from, to: to ?? layer.to, line: layer.line });
}

const isIn = (path: string, folder: string | null): boolean =>
  folder !== null && (folder === '' || path === folder || path.startsWith(`${folder}/`));

function forbidden(
  places: readonly PatternPlace[],
  { ruling, from, to, line }: { ruling: Ruling; from: string; to: string; line: number },
): FoundPattern {
  const rule = ruling.path === null ? [] : [{ path: ruling.path, startLine: line, endLine: line }];
  return {
    subject: [from, to, ...new Set(places.map(({ path }) => path))].join('\n'),
    kind: 'ARCHITECTURE',
    severity: ruling.authority === 'MANDATORY' ? 'HIGH' : 'MEDIUM',
    certainty: 'PROVEN',
    title: `${from} imports ${to}, which ${ruling.name} forbids`,
    description: `By ${ruling.name}, ${from} must not import ${to}. ${places.length === 1 ? 'One import does' : `${places.length} imports do`}.`,
    suggestion: `Move what is imported to where ${from} may use it, or change the rule.`,
    places: [...places, ...rule],
  };
}

/** The folders and files that a document may mean by a name. */
class Folders {
  readonly #paths: ReadonlySet<string>;
  readonly #packages: ReadonlyMap<string, string>;

  constructor({ files }: DigestedSnapshot) {
    const paths = new Set<string>();
    for (const path of files.keys())
      for (let at = path; at !== '' && !paths.has(at); at = folderOf(at)) paths.add(at);
    this.#paths = paths;
    this.#packages = new Map(
      [...files].flatMap(([path, { manifest }]) =>
        manifest?.name == null ? [] : [[manifest.name, folderOf(path)] as const],
      ),
    );
  }

  /** The path that a name means: from the document's folder, from the root, or of the package of that name. */
  meant(name: string, near: string): string | null {
    for (const path of [joinPath(near, name), joinPath('', name)])
      if (path !== null && this.#paths.has(path)) return path;
    return this.#packages.get(name) ?? null;
  }
}

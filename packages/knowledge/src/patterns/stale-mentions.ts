import { pathKind } from '../rank/path-kind.ts';
import { folderOf, joinPath } from '../resolve/paths.ts';
import { isRuleFile } from '../rules/rule-file.ts';
import type { FileDigest } from './file-digest.ts';
import type { DigestChange } from './find-patterns.ts';
import type { FoundPattern } from './found-pattern.ts';
import { nameHash, unpackNames } from './name-hash.ts';

/** The rules that compare documents with what a sync removed. */
export const staleDocument = { name: 'stale-document', version: 1 } as const;
export const staleRule = { name: 'stale-rule', version: 1 } as const;

type Thing = 'file' | 'symbol' | 'script' | 'option' | 'variable';

/** The kind of a thing that a document names; null for what no sync removes. */
function thingOf(name: string): Thing | null {
  if (name.startsWith('](')) return null;
  if (name.startsWith('run ')) return 'script';
  if (name.startsWith('--')) return 'option';
  if (/^[A-Z][A-Z0-9]*_[A-Z0-9_]*$/.test(name)) return 'variable';
  if (/\/|\.\w{1,8}$/.test(name)) return 'file';
  // One small word may be a word of the language, of the shell or of the reader.
  return /^[A-Za-z_$][\w$]{3,}$/.test(name) && (/[A-Z_]/.test(name.slice(1)) || /^[A-Z]/.test(name))
    ? 'symbol'
    : null;
}

/** The things that the changed files had and that they do not have any more, by the name documents use. */
export function removedThings(changes: ReadonlyMap<string, DigestChange>): Set<string> {
  const removed = new Set<string>();
  for (const [path, { before, now }] of changes) {
    if (before === null || before.role === 'generated' || before.role === 'document') continue;
    if (now === null) removed.add(path);
    for (const name of thingsIn(before)) removed.add(name);
    for (const name of now === null ? [] : thingsIn(now)) removed.delete(name);
  }
  return removed;
}

function* thingsIn({ exports = [], settings = [], manifest }: FileDigest): Generator<string> {
  for (const { name } of exports) yield name;
  yield* settings;
  for (const script of manifest?.scripts ?? []) yield `run ${script}`;
}

/** A thing that a document names and that may be gone. */
interface Stale {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  readonly thing: Thing;
}

/**
 * Documents that name in code style what this sync removed, and those that did so before and still do. A thing that any
 * other file has too is not gone; of names alone that is only likely.
 */
export function staleMentions(
  files: ReadonlyMap<string, FileDigest>,
  { removed, open }: { readonly removed: ReadonlySet<string>; readonly open: readonly string[] },
): { readonly documents: FoundPattern[]; readonly rules: FoundPattern[] } {
  const known = new Set(open);
  const named: Stale[] = [];
  for (const [path, { role, mentions = [] }] of files) {
    if (mentions.length === 0 || (role !== 'document' && !isRuleFile(path)) || isDated(path)) continue;
    for (const { name, line } of mentions) {
      const thing = thingOf(name);
      if (thing === null) continue;
      const target = thing === 'file' ? pathNamed(path, name, removed) : name;
      if (removed.has(target) || known.has(`${path}\n${name}`)) named.push({ path, name, line, thing });
    }
  }
  const gone = named.filter((each) => !isThere(files, each));
  const found = [...Map.groupBy(gone, ({ path, name }) => `${path}\n${name}`)].map(([subject, own]) => ({
    isRule: own.some(({ path }) => isRuleFile(path)),
    pattern: patternOf(subject, own),
  }));
  return {
    documents: found.filter(({ isRule }) => !isRule).map(({ pattern }) => pattern),
    rules: found.filter(({ isRule }) => isRule).map(({ pattern }) => pattern),
  };
}

/** Whether a document speaks of the time when it was written: a changelog or a letter stays true. */
const isDated = (path: string): boolean => path.startsWith('.memory/') || pathKind(path) === 'changelog';

/** The path that a document means: from the root, or from its own folder. */
function pathNamed(document: string, name: string, paths: { has(path: string): boolean }): string {
  const near = joinPath(folderOf(document), name);
  return near !== null && paths.has(near) ? near : name.replace(/^\.?\//, '');
}

function isThere(files: ReadonlyMap<string, FileDigest>, { path, name, thing }: Stale): boolean {
  if (thing === 'file') {
    const meant = pathNamed(path, name, files);
    return (
      files.has(meant) ||
      [...files.keys()].some((each) => each.endsWith(`/${meant}`) || each.startsWith(`${meant}/`))
    );
  }
  const hash = nameHash(name);
  for (const { role, exports = [], settings = [], manifest, names } of files.values()) {
    if (role === 'document' || role === 'generated') continue;
    if (settings.includes(name) || exports.some((each) => each.name === name)) return true;
    if (manifest?.scripts.some((script) => `run ${script}` === name) === true) return true;
    if (thing === 'symbol' && names !== undefined && unpackNames(names).includes(hash)) return true;
  }
  return false;
}

function patternOf(subject: string, own: readonly Stale[]): FoundPattern {
  const [{ path, name, thing } = { path: '', name: '', thing: 'file' as const }] = own;
  const isRule = isRuleFile(path);
  const shown = name.startsWith('run ') ? name.slice(4) : name;
  return {
    subject,
    kind: 'PAIN',
    severity: isRule ? 'HIGH' : 'MEDIUM',
    certainty: thing === 'file' || thing === 'script' ? 'PROVEN' : 'LIKELY',
    title: `${path} names the ${thing} ${shown}, which is gone`,
    description: `${path} ${isRule ? 'rules over' : 'speaks of'} the ${thing} ${shown}. The sync that saw this first removed or renamed it, and nothing of that name is left.`,
    suggestion: `Write the new name, or take the ${isRule ? 'rule' : 'passage'} away.`,
    places: own.map((each) => ({ path: each.path, startLine: each.line, endLine: each.line })),
  };
}

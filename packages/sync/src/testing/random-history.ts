import type { ObjectId } from '../objects/git-object.ts';
import { parsePath, pathFromBytes, type GitPath } from '../objects/git-path.ts';
import type { FileChange, TestRepository } from './create-repository.ts';

/** Returns a seeded random generator, so that a failing history can be repeated. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One step of a history: the branch that moved, and its commit. */
export interface HistoryStep {
  readonly branch: string;
  readonly commit: ObjectId;
  readonly what: string;
}

/** Writes random commits: edits, renames, reverts, force-pushes, mode changes, links, submodules, folders and files swapped. */
export class RandomHistory {
  readonly #repository: TestRepository;
  readonly #random: (below: number) => number;
  readonly #states = new Map<ObjectId, Map<GitPath, FileChange>>();
  readonly #heads = new Map<string, ObjectId>();
  #counter = 0;

  constructor(repository: TestRepository, seed: number) {
    this.#repository = repository;
    this.#random = randomFrom(seed * 2_654_435_761);
  }

  /** Adds one commit, or moves a branch to an earlier one. */
  step(branches: readonly string[] = ['main', 'work']): HistoryStep {
    const branch = branches[this.#random(branches.length)] ?? 'main';
    const head = this.#heads.get(branch) ?? this.#heads.get('main') ?? null;
    const before = head === null ? new Map<GitPath, FileChange>() : new Map(this.#states.get(head));
    const kind = head === null ? 0 : this.#random(13);
    const pushed = kind === 11 ? this.#forcePush(branch) : null;
    if (pushed !== null) return pushed;
    const changes = kind === 12 ? this.#revert(before) : new Map<GitPath, FileChange>();
    const count = kind === 12 ? 0 : head === null ? 12 : 1 + this.#random(5);
    for (let index = 0; index < count; index += 1) this.#change(before, changes, kind);
    if (changes.size === 0)
      changes.set(parsePath(`file-${(this.#counter += 1)}.txt`), `text ${this.#counter}\n`);
    const commit = this.#repository.commit(branch, changes, { from: head });
    this.#states.set(commit, applied(before, changes));
    this.#heads.set(branch, commit);
    return { branch, commit, what: `commit of kind ${kind}` };
  }

  #forcePush(branch: string): HistoryStep | null {
    const commits = [...this.#states.keys()];
    const commit = commits[this.#random(commits.length)];
    if (commit === undefined) return null;
    this.#repository.point(branch, commit);
    this.#heads.set(branch, commit);
    return { branch, commit, what: 'force-push to an earlier commit' };
  }

  /** Returns the changes that restore the files of an earlier commit. */
  #revert(before: ReadonlyMap<GitPath, FileChange>): Map<GitPath, FileChange> {
    const states = [...this.#states.values()];
    const target = states[this.#random(states.length)] ?? before;
    const changes = new Map<GitPath, FileChange>();
    for (const path of before.keys()) if (!target.has(path)) changes.set(path, null);
    for (const [path, change] of target) if (before.get(path) !== change) changes.set(path, change);
    return changes;
  }

  #change(state: ReadonlyMap<GitPath, FileChange>, changes: Map<GitPath, FileChange>, kind: number): void {
    const paths = [...state.keys()].filter((path) => !changes.has(path));
    const picked = paths[this.#random(Math.max(paths.length, 1))];
    const current = picked === undefined ? undefined : state.get(picked);
    this.#counter += 1;
    if (picked === undefined || current === undefined || kind <= 3) {
      const path = this.#name();
      if (free(path, state, changes)) changes.set(path, this.#content());
    } else if (kind <= 6) changes.set(picked, this.#content());
    else if (kind === 7) changes.set(picked, null);
    else if (kind === 8) {
      const path = this.#name();
      if (!free(path, state, changes)) return;
      changes.set(picked, null);
      changes.set(path, current);
    } else if (kind === 9) {
      // A file becomes a folder.
      changes.set(picked, null);
      changes.set(`${picked}/inside-${this.#counter}` as GitPath, 'a folder now\n');
    } else {
      const modes = ['100644', '100755', '120000'] as const;
      changes.set(picked, { content: contentOf(current), mode: modes[this.#random(3)] ?? '100644' });
    }
  }

  #content(): FileChange {
    const kind = this.#random(10);
    if (kind === 0) return '';
    if (kind === 1) return Buffer.from(Array.from({ length: 40 }, () => this.#random(256)));
    if (kind === 2) return { content: `../target-${this.#counter}`, mode: '120000' };
    if (kind === 3)
      return { submodule: this.#repository.format === 'sha1' ? 'a'.repeat(40) : 'a'.repeat(64) };
    if (kind === 4) return { content: '#!/bin/sh\necho hello\n', mode: '100755' };
    // Few different texts, so that paths and branches share contents.
    return `export function task${this.#random(20)}() {\n  return ${this.#random(5)};\n}\n`;
  }

  #name(): GitPath {
    const names = hostileNames;
    const depth = this.#random(4);
    let path = '';
    for (let level = 0; level < depth; level += 1) path += `dir${this.#random(4)}/`;
    const hostile = names[this.#random(names.length * 2)];
    if (hostile !== undefined) return `${path}${hostile}` as GitPath;
    return parsePath(`${path}file-${this.#random(60)}.ts`);
  }
}

function applied(
  files: Map<GitPath, FileChange>,
  changes: ReadonlyMap<GitPath, FileChange>,
): Map<GitPath, FileChange> {
  for (const [path, change] of changes) {
    if (change === null) files.delete(path);
    else files.set(path, change);
  }
  return files;
}

function contentOf(change: FileChange): string | Uint8Array {
  if (typeof change === 'string' || change instanceof Uint8Array) return change;
  return change !== null && 'content' in change ? change.content : 'x';
}

/** Names that are legal in Git and cause trouble elsewhere. */
export const hostileNames: readonly GitPath[] = [
  ...[
    '-rf',
    '--output=x',
    ' leading',
    'trailing ',
    'tab\there',
    'new\nline',
    'quo"te',
    "apo'strophe",
    'back\\slash',
    '*',
    '?',
    '$(id)',
    '`id`',
    '{a,b}',
    '#hash',
    '~',
    '\u{1F600}',
    '\u00e9',
    'e\u0301',
    'README',
    'readme',
    'ReadMe',
    '\u202Egnp.exe',
    'ünï/cödé',
    'con',
    'a'.repeat(255),
    '<img src=x onerror=alert(1)>',
    '..a',
    '...',
    '"quoted"',
    '%2e%2e',
    '\u0001',
  ].map(parsePath),
  pathFromBytes(Buffer.from([0x63, 0x61, 0x66, 0xe9])),
  pathFromBytes(Buffer.from([0xff, 0xfe, 0x2e, 0x74])),
  pathFromBytes(Buffer.from(`${`${'r'.repeat(254)}/`.repeat(16)}${'s'.repeat(16)}`)),
  pathFromBytes(Buffer.from(`${`${'p'.repeat(254)}/`.repeat(15)}${'q'.repeat(255)}`)),
];

function free(
  path: GitPath,
  state: ReadonlyMap<GitPath, FileChange>,
  changes: ReadonlyMap<GitPath, FileChange>,
): boolean {
  for (const taken of [...state.keys(), ...changes.keys()]) {
    if (taken === path || taken.startsWith(`${path}/`) || path.startsWith(`${taken}/`)) return false;
  }
  return true;
}

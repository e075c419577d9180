import { randomUUID } from 'node:crypto';
import {
  decodeTree,
  encodeTree,
  hashObject,
  MODE,
  parsePath,
  type BlobContent,
  type Head,
  type KeptTrees,
  type ObjectId,
  type Source,
  type TreeBatch,
  type TreeEntry,
} from '@project-sync/sync';

type Files = ReadonlyMap<string, string>;

interface MemoryCommit {
  readonly treeOid: ObjectId;
  readonly files: Files;
}

/**
 * A repository of text files whose objects are in memory, with the ids that Git gives them. A sync of it starts no process, which is
 * most of what a small sync of a Git folder costs: it is for thousands of histories in which Git itself is not in question.
 */
export class MemoryRepository {
  /** Stands in the row of the repository. */
  readonly path = `/memory/${randomUUID()}`;
  readonly #contents = new Map<ObjectId, Buffer>();
  readonly #commits = new Map<ObjectId, MemoryCommit>();
  readonly #heads = new Map<string, ObjectId>();

  /** Commits changes on top of a branch, or of `from`, as a force-push does; null removes a file. */
  commit(
    branch: string,
    changes: Readonly<Record<string, string | null>>,
    { from = this.#heads.get(branch) }: { readonly from?: ObjectId } = {},
  ): ObjectId {
    const files = new Map(from === undefined ? [] : this.#at(from).files);
    for (const [path, text] of Object.entries(changes))
      if (text === null) files.delete(path);
      else files.set(path, text);
    const treeOid = this.#keepTree(files);
    const oid = hashObject('sha1', 'commit', Buffer.from(`tree ${treeOid}\n\n${this.#commits.size}\n`));
    this.#commits.set(oid, { treeOid, files });
    this.#heads.set(branch, oid);
    return oid;
  }

  /** Moves a branch to a commit, or makes it there. */
  point(branch: string, commit: ObjectId): void {
    this.#at(commit);
    this.#heads.set(branch, commit);
  }

  /** The files of a branch, or none before its first commit. */
  files(branch: string): Files {
    const head = this.#heads.get(branch);
    return head === undefined ? new Map() : this.#at(head).files;
  }

  /** Opens it as a sync reads it. */
  source(): Source {
    return {
      defaultBranch: () => Promise.resolve('main'),
      branches: () => {
        const branches = [...this.#heads].map(([name, headOid]) => ({
          name,
          headOid,
          isDefault: name === 'main',
        }));
        return Promise.resolve({ branches, totalCount: branches.length, endCursor: null });
      },
      head: (branch, known) => {
        const oid = this.#heads.get(branch);
        if (oid === undefined) return Promise.resolve({ kind: 'gone' });
        return Promise.resolve(
          oid === known ? { kind: 'unchanged' } : { kind: 'head', head: this.#headAt(oid) },
        );
      },
      heads: (branches) => {
        const heads = branches.flatMap((name): [string, ObjectId][] => {
          const oid = this.#heads.get(name);
          return oid === undefined ? [] : [[name, oid]];
        });
        return Promise.resolve({ heads: new Map(heads), seen: new Map() });
      },
      commitsBetween: () => Promise.resolve(null),
      trees: ({ head, kept }) => this.#missingTrees(head.treeOid, kept),
      sizes: () => Promise.resolve(new Map()),
      blobs: ({ wanted }) => this.#blobs(wanted.map(({ oid }) => oid)),
      keep: () => Promise.resolve(),
      usage: () => ({ requests: 0, bytes: 0 }),
      close: () => Promise.resolve(),
    };
  }

  #at(commit: ObjectId): MemoryCommit {
    const found = this.#commits.get(commit);
    if (found === undefined) throw new Error(`There is no commit ${commit}.`);
    return found;
  }

  #headAt(commitOid: ObjectId): Head {
    const { treeOid } = this.#at(commitOid);
    return { commitOid, treeOid, format: 'sha1', committedAt: null, message: null, author: null };
  }

  #keep(type: 'blob' | 'tree', content: Buffer): ObjectId {
    const oid = hashObject('sha1', type, content);
    this.#contents.set(oid, content);
    return oid;
  }

  #keepTree(files: Files): ObjectId {
    const entries: TreeEntry[] = [];
    const folders = new Map<string, Map<string, string>>();
    for (const [path, text] of files) {
      const [name = '', ...rest] = path.split('/');
      if (rest.length === 0) {
        entries.push({ name: parsePath(name), mode: MODE.file, oid: this.#keep('blob', Buffer.from(text)) });
        continue;
      }
      const inside = folders.get(name) ?? new Map<string, string>();
      folders.set(name, inside.set(rest.join('/'), text));
    }
    for (const [name, inside] of folders)
      entries.push({ name: parsePath(name), mode: MODE.tree, oid: this.#keepTree(inside) });
    return this.#keep('tree', encodeTree(entries));
  }

  #content(oid: ObjectId): Buffer {
    const found = this.#contents.get(oid);
    if (found === undefined) throw new Error(`There is no object ${oid}.`);
    return found;
  }

  async *#missingTrees(root: ObjectId, kept: KeptTrees): AsyncGenerator<TreeBatch> {
    for (let level = [root]; level.length > 0;) {
      const known = await kept.load(level);
      const trees = level
        .filter((oid) => !known.has(oid))
        .map((oid) => ({ oid, content: this.#content(oid) }));
      if (trees.length > 0) yield { trees, sizes: new Map() };
      const below = trees.flatMap(({ content }) =>
        decodeTree('sha1', content).flatMap(({ mode, oid }) => (mode === MODE.tree ? [oid] : [])),
      );
      level = [...new Set(below)];
    }
  }

  async *#blobs(oids: readonly ObjectId[]): AsyncGenerator<readonly BlobContent[]> {
    yield await Promise.resolve(
      oids.map((oid) => ({ oid, kind: 'content' as const, content: this.#content(oid) })),
    );
  }
}

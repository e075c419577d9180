import { GraphQLError } from 'graphql';
import type { BareRepository, RawEntry, RawObject } from './bare-repository.ts';
import type { Hosted } from './hosted-repositories.ts';

/** The size at which GitHub cuts a text off. */
export interface ObjectLimits {
  readonly textBytes: number;
}

/** Builds the `Repository` object of the schema. Fields without a resolver are null, as the schema allows. */
export function repositoryObject(hosted: Hosted, limits: ObjectLimits): object {
  const { bare } = hosted;
  const store: Store = { bare, limits };
  const self = {
    __typename: 'Repository',
    id: `R_${hosted.id}`,
    databaseId: hosted.id,
    name: hosted.name,
    nameWithOwner: `${hosted.owner}/${hosted.name}`,
    owner: { __typename: 'Organization', login: hosted.owner, id: `O_${hosted.owner}` },
    isPrivate: hosted.private,
    url: `https://github.com/${hosted.owner}/${hosted.name}`,
    isEmpty: async () => (await bare.refs('refs/heads/')).length === 0,
    defaultBranchRef: async () => findRef(store, await bare.headRef()),
    ref: ({ qualifiedName }: { qualifiedName: string }) => findRef(store, qualifiedName),
    refs: (page: RefPage) => refConnection(store, page),
    object: async ({ oid, expression }: { oid?: string; expression?: string }) => {
      const id = oid ?? (expression === undefined ? null : await bare.resolve(expression));
      return id === null ? null : gitObject(store, id);
    },
  };
  return self;
}

/** A repository to read from, and the limits of its objects. */
interface Store {
  readonly bare: BareRepository;
  readonly limits: ObjectLimits;
}

interface RefPage {
  readonly refPrefix: string;
  readonly first?: number;
  readonly after?: string | null;
  readonly query?: string | null;
}

async function findRef(store: Store, name: string): Promise<object | null> {
  const full = name.startsWith('refs/') ? name : `refs/heads/${name}`;
  const found = (await store.bare.refs(full)).find((ref) => ref.name === full);
  return found === undefined ? null : refObject(store, found);
}

function refObject(store: Store, ref: { name: string; oid: string }): object {
  const cut = ref.name.indexOf('/', 'refs/'.length) + 1;
  return {
    __typename: 'Ref',
    id: `REF_${ref.name}`,
    name: ref.name.slice(cut),
    prefix: ref.name.slice(0, cut),
    target: () => gitObject(store, ref.oid),
  };
}

async function refConnection(store: Store, page: RefPage): Promise<object> {
  if (page.first === undefined) throw new GraphQLError('You must provide a `first` or `last` value.');
  if (page.first < 1 || page.first > 100) {
    throw new GraphQLError('`first` must be between 1 and 100.', {
      extensions: { type: 'EXCESSIVE_PAGINATION' },
    });
  }
  const needle = page.query?.toLowerCase() ?? '';
  const all = (await store.bare.refs(page.refPrefix)).filter((ref) =>
    ref.name.slice(page.refPrefix.length).toLowerCase().includes(needle),
  );
  const after = page.after == null ? 0 : Number(Buffer.from(page.after, 'base64').toString('utf8'));
  const shown = all.slice(after, after + page.first);
  const end = after + shown.length;
  const cursor = (at: number) => Buffer.from(String(at), 'utf8').toString('base64');
  return {
    totalCount: all.length,
    nodes: shown.map((ref) => refObject(store, ref)),
    edges: shown.map((ref, index) => ({
      cursor: cursor(after + index + 1),
      node: refObject(store, ref),
    })),
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: after > 0,
      startCursor: shown.length === 0 ? null : cursor(after + 1),
      endCursor: shown.length === 0 ? null : cursor(end),
    },
  };
}

async function gitObject(store: Store, oid: string): Promise<object | null> {
  const object = await store.bare.object(oid);
  if (object === null) return null;
  const common = { oid, id: `${object.type}_${oid}`, abbreviatedOid: oid.slice(0, 7) };
  if (object.type === 'commit') return { ...common, ...commitFields(store, object) };
  if (object.type === 'tree') {
    return { ...common, __typename: 'Tree', entries: () => treeEntries(store, oid, '') };
  }
  return { ...common, ...blobFields(object, store.limits) };
}

function commitFields(store: Store, object: RawObject): object {
  const text = object.content.toString('utf8');
  const split = text.indexOf('\n\n');
  const headers = text.slice(0, split).split('\n');
  const message = text.slice(split + 2).replace(/\n$/, '');
  const tree = headers.find((line) => line.startsWith('tree '))?.slice(5) ?? '';
  const seconds = /> (\d+) [+-]\d{4}$/.exec(headers.find((line) => line.startsWith('committer ')) ?? '')?.[1];
  const author = headers.find((line) => line.startsWith('author '))?.slice('author '.length) ?? '';
  return {
    __typename: 'Commit',
    author: { __typename: 'GitActor', name: author.slice(0, author.lastIndexOf(' <')) },
    message,
    messageHeadline: message.split('\n', 1)[0] ?? '',
    committedDate: new Date(Number(seconds ?? 0) * 1000).toISOString(),
    tree: () => gitObject(store, tree),
    file: ({ path }: { path: string }) => fileAt(store, tree, path),
  };
}

/** Resolves `Commit.file`: the entry at a path, which is passed as UTF-8 text. */
async function fileAt(store: Store, tree: string, path: string): Promise<object | null> {
  const parts = Buffer.from(path, 'utf8').toString('latin1').split('/');
  let oid = tree;
  for (const [index, part] of parts.entries()) {
    const found = (await store.bare.tree(oid))?.find((entry) => entry.name === part);
    if (found === undefined) return null;
    if (index === parts.length - 1) {
      return entryObject(
        store,
        found,
        parts
          .slice(0, -1)
          .map((name) => `${name}/`)
          .join(''),
      );
    }
    oid = found.oid;
  }
  return null;
}

async function treeEntries(store: Store, oid: string, folder: string): Promise<object[]> {
  return ((await store.bare.tree(oid)) ?? []).map((entry) => entryObject(store, entry, folder));
}

function entryObject(store: Store, entry: RawEntry, folder: string): object {
  const type = entry.mode === 0o040000 ? 'tree' : entry.mode === 0o160000 ? 'commit' : 'blob';
  const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');
  return {
    __typename: 'TreeEntry',
    mode: entry.mode,
    name: bytes(entry.name).toString('utf8'),
    nameRaw: bytes(entry.name).toString('base64'),
    path: bytes(folder + entry.name).toString('utf8'),
    pathRaw: bytes(folder + entry.name).toString('base64'),
    oid: entry.oid,
    type,
    size: async () => (type === 'blob' ? ((await store.bare.object(entry.oid))?.content.length ?? 0) : 0),
    object: () => (type === 'commit' ? null : gitObject(store, entry.oid)),
  };
}

function blobFields(object: RawObject, limits: ObjectLimits): object {
  const { content } = object;
  const isBinary = content.subarray(0, 8_000).includes(0);
  return {
    __typename: 'Blob',
    byteSize: content.length,
    isBinary,
    isTruncated: content.length > limits.textBytes,
    text: isBinary ? null : decode(content.subarray(0, limits.textBytes)),
  };
}

/** GitHub decodes text that is not UTF-8 in a guessed encoding, so its bytes cannot be recovered. */
function decode(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return content.toString('latin1');
  }
}

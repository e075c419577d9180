import { GraphQLError } from 'graphql';
import type { BareRepository, RawEntry, RawObject } from './bare-repository.ts';
import type { Hosted } from './hosted-repositories.ts';

/** How far GitHub goes before it cuts a text. */
export interface ObjectLimits {
  readonly textBytes: number;
}

/** The `Repository` object of the schema. Fields that no resolver gives stay null, as the schema allows. */
export function repositoryObject(hosted: Hosted, limits: ObjectLimits): object {
  const { bare } = hosted;
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
    defaultBranchRef: async () => findRef(bare, await bare.headRef(), limits),
    ref: ({ qualifiedName }: { qualifiedName: string }) => findRef(bare, qualifiedName, limits),
    refs: (page: RefPage) => refConnection(bare, page, limits),
    object: async ({ oid, expression }: { oid?: string; expression?: string }) => {
      const id = oid ?? (expression === undefined ? null : await bare.resolve(expression));
      return id === null ? null : gitObject(bare, id, limits);
    },
  };
  return self;
}

interface RefPage {
  readonly refPrefix: string;
  readonly first?: number;
  readonly after?: string | null;
  readonly query?: string | null;
}

async function findRef(bare: BareRepository, name: string, limits: ObjectLimits): Promise<object | null> {
  const full = name.startsWith('refs/') ? name : `refs/heads/${name}`;
  const found = (await bare.refs(full)).find((ref) => ref.name === full);
  return found === undefined ? null : refObject(bare, found, limits);
}

function refObject(bare: BareRepository, ref: { name: string; oid: string }, limits: ObjectLimits): object {
  const cut = ref.name.indexOf('/', 'refs/'.length) + 1;
  return {
    __typename: 'Ref',
    id: `REF_${ref.name}`,
    name: ref.name.slice(cut),
    prefix: ref.name.slice(0, cut),
    target: () => gitObject(bare, ref.oid, limits),
  };
}

async function refConnection(bare: BareRepository, page: RefPage, limits: ObjectLimits): Promise<object> {
  if (page.first === undefined) throw new GraphQLError('You must provide a `first` or `last` value.');
  if (page.first < 1 || page.first > 100) {
    throw new GraphQLError('`first` must be between 1 and 100.', {
      extensions: { type: 'EXCESSIVE_PAGINATION' },
    });
  }
  const needle = page.query?.toLowerCase() ?? '';
  const all = (await bare.refs(page.refPrefix)).filter((ref) =>
    ref.name.slice(page.refPrefix.length).toLowerCase().includes(needle),
  );
  const after = page.after == null ? 0 : Number(Buffer.from(page.after, 'base64').toString('utf8'));
  const shown = all.slice(after, after + page.first);
  const end = after + shown.length;
  const cursor = (at: number) => Buffer.from(String(at), 'utf8').toString('base64');
  return {
    totalCount: all.length,
    nodes: shown.map((ref) => refObject(bare, ref, limits)),
    edges: shown.map((ref, index) => ({
      cursor: cursor(after + index + 1),
      node: refObject(bare, ref, limits),
    })),
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: after > 0,
      startCursor: shown.length === 0 ? null : cursor(after + 1),
      endCursor: shown.length === 0 ? null : cursor(end),
    },
  };
}

async function gitObject(bare: BareRepository, oid: string, limits: ObjectLimits): Promise<object | null> {
  const object = await bare.object(oid);
  if (object === null) return null;
  const common = { oid, id: `${object.type}_${oid}`, abbreviatedOid: oid.slice(0, 7) };
  if (object.type === 'commit') return { ...common, ...commitFields(bare, object, limits) };
  if (object.type === 'tree') {
    return { ...common, __typename: 'Tree', entries: () => treeEntries(bare, oid, '', limits) };
  }
  return { ...common, ...blobFields(object, limits) };
}

function commitFields(bare: BareRepository, object: RawObject, limits: ObjectLimits): object {
  const text = object.content.toString('utf8');
  const split = text.indexOf('\n\n');
  const headers = text.slice(0, split).split('\n');
  const message = text.slice(split + 2).replace(/\n$/, '');
  const tree = headers.find((line) => line.startsWith('tree '))?.slice(5) ?? '';
  const seconds = /> (\d+) [+-]\d{4}$/.exec(headers.find((line) => line.startsWith('committer ')) ?? '')?.[1];
  return {
    __typename: 'Commit',
    message,
    messageHeadline: message.split('\n', 1)[0] ?? '',
    committedDate: new Date(Number(seconds ?? 0) * 1000).toISOString(),
    tree: () => gitObject(bare, tree, limits),
    file: ({ path }: { path: string }) => fileAt(bare, tree, path, limits),
  };
}

/** `Commit.file`: the entry at a path, which the argument gives as UTF-8 text. */
async function fileAt(
  bare: BareRepository,
  tree: string,
  path: string,
  limits: ObjectLimits,
): Promise<object | null> {
  const parts = Buffer.from(path, 'utf8').toString('latin1').split('/');
  let oid = tree;
  for (const [index, part] of parts.entries()) {
    const found = (await bare.tree(oid))?.find((entry) => entry.name === part);
    if (found === undefined) return null;
    if (index === parts.length - 1) {
      return entryObject(
        bare,
        found,
        parts
          .slice(0, -1)
          .map((name) => `${name}/`)
          .join(''),
        limits,
      );
    }
    oid = found.oid;
  }
  return null;
}

async function treeEntries(
  bare: BareRepository,
  oid: string,
  folder: string,
  limits: ObjectLimits,
): Promise<object[]> {
  return ((await bare.tree(oid)) ?? []).map((entry) => entryObject(bare, entry, folder, limits));
}

function entryObject(bare: BareRepository, entry: RawEntry, folder: string, limits: ObjectLimits): object {
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
    size: async () => (type === 'blob' ? ((await bare.object(entry.oid))?.content.length ?? 0) : 0),
    object: () => (type === 'commit' ? null : gitObject(bare, entry.oid, limits)),
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

/** GitHub shows text that is not UTF-8 in a guessed encoding, so its bytes cannot be had back from it. */
function decode(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return content.toString('latin1');
  }
}

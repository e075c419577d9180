import type { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import type { FakeToken, Hosted, HostedRepositories } from './hosted-repositories.ts';
import type { Limits } from './rate-limits.ts';

/** A request below the REST root, without the prefix of a GitHub Enterprise server. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly search: URLSearchParams;
  readonly accept: string;
  readonly ifNoneMatch: string | null;
  readonly origin: string;
}

/** An answer before limits, headers and faults are applied. */
export interface RestAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: Buffer;
  readonly stream?: Readable;
}

/** The data and rights behind a request. */
export interface RestContext {
  readonly repositories: HostedRepositories;
  readonly viewer: FakeToken | null;
  readonly limits: Limits;
  /** Ends listings early. */
  readonly truncate: boolean;
}

const notFound: RestAnswer = { status: 404, json: { message: 'Not Found', status: '404' } };
const emptyRepository: RestAnswer = {
  status: 409,
  json: { message: 'Git Repository is empty.', status: '409' },
};

/** Answers the REST paths that a source uses. */
export async function answerRest(request: RestRequest, context: RestContext): Promise<RestAnswer> {
  const parts = request.path.split('/').slice(1).map(decodeURIComponent);
  if (request.method !== 'GET') return notFound;
  if (parts[0] === 'codeload') return codeload(parts, context);
  if (parts[0] === 'repositories') {
    const hosted = context.repositories.byId(Number(parts[1]), context.viewer);
    return hosted === null
      ? notFound
      : conditional(request, await inRepository({ hosted, parts: parts.slice(2) }, request, context));
  }
  if (parts[0] !== 'repos' || parts[1] === undefined || parts[2] === undefined) return notFound;
  const found = context.repositories.find(parts[1], parts[2], context.viewer);
  if (found === null) return notFound;
  if (found.moved) {
    const rest = parts.slice(3).map(encodeURIComponent).join('/');
    const search = request.search.size === 0 ? '' : `?${request.search}`;
    const url = `${request.origin}/repositories/${found.hosted.id}${rest === '' ? '' : `/${rest}`}${search}`;
    return { status: 301, headers: { location: url }, json: { message: 'Moved Permanently', url } };
  }
  return conditional(
    request,
    await inRepository({ hosted: found.hosted, parts: parts.slice(3) }, request, context),
  );
}

/** Answers 304 if the caller already has the same answer; it costs nothing. */
function conditional(request: RestRequest, answer: RestAnswer): RestAnswer {
  if (answer.status !== 200 || answer.json === undefined) return answer;
  const etag = `W/"${createHash('sha256').update(JSON.stringify(answer.json)).digest('hex')}"`;
  if (request.ifNoneMatch === etag) return { status: 304, headers: { etag } };
  return { ...answer, headers: { ...answer.headers, etag } };
}

async function inRepository(
  { hosted, parts }: { hosted: Hosted; parts: readonly string[] },
  request: RestRequest,
  context: RestContext,
): Promise<RestAnswer> {
  const { bare } = hosted;
  const rest = parts.slice(1).join('/');
  if (parts.length === 0) {
    const branch = (await bare.headRef()).slice('refs/heads/'.length);
    const fullName = `${hosted.owner}/${hosted.name}`;
    const owner = { login: hosted.owner };
    return json({
      id: hosted.id,
      name: hosted.name,
      full_name: fullName,
      owner,
      private: hosted.private,
      default_branch: branch,
      size: 0,
    });
  }
  if (parts[0] === 'branches' && rest === '') return listBranches(hosted, request);
  if (parts[0] === 'branches') return oneBranch(hosted, rest);
  if (parts[0] === 'git' && parts[1] === 'trees') {
    const recursive = request.search.has('recursive');
    return tree(hosted, { sha: parts[2] ?? '', recursive }, context);
  }
  if (parts[0] === 'git' && parts[1] === 'blobs') return blob(hosted, parts[2] ?? '', request);
  if (parts[0] === 'compare') return compare(hosted, rest, context);
  if (parts[0] === 'tarball') {
    if ((await bare.refs('refs/heads/')).length === 0) return emptyRepository;
    const oid = await bare.resolve(`${rest}^{commit}`);
    if (oid === null) return notFound;
    const ticket = createHash('sha256').update(`ticket ${hosted.id} ${oid}`).digest('hex').slice(0, 20);
    const location = `${request.origin}/codeload/${hosted.owner}/${hosted.name}/legacy.tar.gz/${oid}?token=${ticket}`;
    return { status: 302, headers: { location } };
  }
  return notFound;
}

async function listBranches({ bare }: Hosted, request: RestRequest): Promise<RestAnswer> {
  const size = Math.min(100, Number(request.search.get('per_page') ?? 30));
  const page = Number(request.search.get('page') ?? 1);
  const all = await bare.refs('refs/heads/');
  const shown = all.slice((page - 1) * size, page * size);
  const next = new URLSearchParams(request.search);
  next.set('page', String(page + 1));
  const link =
    page * size < all.length ? { link: `<${request.origin}${request.path}?${next}>; rel="next"` } : {};
  const body = shown.map((ref) => ({
    name: ref.name.slice('refs/heads/'.length),
    commit: { sha: ref.oid },
    protected: false,
  }));
  return { status: 200, headers: link, json: body };
}

async function oneBranch({ bare }: Hosted, name: string): Promise<RestAnswer> {
  const full = `refs/heads/${name}`;
  const ref = (await bare.refs(full)).find((one) => one.name === full);
  if (ref === undefined) return { status: 404, json: { message: 'Branch not found', status: '404' } };
  const text = (await bare.object(ref.oid))?.content.toString('utf8') ?? '';
  const seconds = /^committer .*> (\d+) [+-]\d{4}$/m.exec(text)?.[1];
  const committer = { date: new Date(Number(seconds ?? 0) * 1000).toISOString() };
  const author = { name: /^author (.*) <.*$/m.exec(text)?.[1] ?? '' };
  const treeOid = /^tree ([0-9a-f]+)$/m.exec(text)?.[1];
  const message = text.slice(text.indexOf('\n\n') + 2).replace(/\n$/, '');
  return json({
    name,
    commit: { sha: ref.oid, commit: { message, author, committer, tree: { sha: treeOid } } },
  });
}

async function tree(
  { bare }: Hosted,
  { sha, recursive }: { sha: string; recursive: boolean },
  context: RestContext,
): Promise<RestAnswer> {
  if ((await bare.refs('refs/')).length === 0) return emptyRepository;
  const oid = await bare.resolve(`${sha}^{tree}`);
  if (oid === null) return notFound;
  const shown = [];
  let bytes = 0;
  let truncated = false;
  const limit = context.truncate ? 3 : context.limits.treeEntries;
  const listed = recursive
    ? await bare.recursive(oid)
    : ((await bare.tree(oid)) ?? []).map((entry) => {
        const type = entry.mode === 0o040000 ? 'tree' : entry.mode === 0o160000 ? 'commit' : 'blob';
        return {
          path: entry.name,
          mode: entry.mode.toString(8).padStart(6, '0'),
          type,
          oid: entry.oid,
          size: null,
        };
      });
  for (const { path, mode, type, oid: entry, size } of listed) {
    const text = Buffer.from(path, 'latin1').toString('utf8');
    const row = { path: text, mode, type, sha: entry, ...(size === null ? {} : { size }) };
    bytes += text.length + 120;
    if (shown.length >= limit || bytes > context.limits.treeBytes) {
      truncated = true;
      break;
    }
    shown.push(row);
  }
  return json({ sha: oid, tree: shown, truncated });
}

async function blob({ bare }: Hosted, sha: string, request: RestRequest): Promise<RestAnswer> {
  const object = await bare.object(sha);
  if (object?.type !== 'blob') return notFound;
  if (request.accept.includes('raw')) return { status: 200, bytes: object.content };
  return json({
    sha,
    size: object.content.length,
    encoding: 'base64',
    content: object.content.toString('base64'),
  });
}

/** Compares with three dots: what the head adds to the merge base. After a force-push the two differ in more. */
async function compare({ bare }: Hosted, range: string, context: RestContext): Promise<RestAnswer> {
  const [base = '', head = ''] = range.split('...');
  const [from, to] = [await bare.resolve(`${base}^{commit}`), await bare.resolve(`${head}^{commit}`)];
  if (from === null || to === null) return notFound;
  const mergeBase = await bare.mergeBase(from, to);
  if (mergeBase === null)
    return { status: 404, json: { message: `No common ancestor between ${base} and ${head}.` } };
  const ahead = await bare.count(`${from}..${to}`);
  const behind = await bare.count(`${to}..${from}`);
  const status =
    ahead > 0 && behind > 0 ? 'diverged' : ahead > 0 ? 'ahead' : behind > 0 ? 'behind' : 'identical';
  const changes = (await bare.changes(mergeBase, to)).slice(0, context.limits.compareFiles);
  const files = changes.map((file) => ({
    sha: file.oid,
    filename: Buffer.from(file.path, 'latin1').toString('utf8'),
    status: file.status,
    ...(file.previousPath === null
      ? {}
      : { previous_filename: Buffer.from(file.previousPath, 'latin1').toString('utf8') }),
  }));
  return json({ status, ahead_by: ahead, behind_by: behind, merge_base_commit: { sha: mergeBase }, files });
}

async function codeload(parts: readonly string[], context: RestContext): Promise<RestAnswer> {
  const [, owner = '', name = '', , oid = ''] = parts;
  const found = context.repositories.find(owner, name, { scopes: ['repo'] });
  if (found === null || (await found.hosted.bare.resolve(`${oid}^{commit}`)) === null) return notFound;
  const stream = found.hosted.bare.archive(oid, `${owner}-${name}-${oid.slice(0, 7)}`);
  return { status: 200, headers: { 'content-type': 'application/x-gzip' }, stream };
}

function json(body: unknown): RestAnswer {
  return { status: 200, json: body };
}

import { blobContents, fileById, snapshotFile, snapshotOfSync, type SnapshotFile } from '@project-sync/db';
import { holds } from '../../auth/api-key.ts';
import type { ApiContext, Viewer } from '../../graphql/context.ts';
import { localId, numberedId, parseTenantId } from '../../graphql/ids.ts';
import { requireRole } from '../../graphql/require-role.ts';
import { contextOf } from '../request-context.ts';
import { headersOf, sendText, type Handler } from '../respond.ts';
import { chargeBytes, spendRequest, type Site } from '../site.ts';
import { viewerOf } from '../viewer-of.ts';

/** Types that a browser only ever renders as an image. */
const images: readonly (readonly [signature: string, type: string])[] = [
  ['89504e470d0a1a0a', 'image/png'],
  ['ffd8ff', 'image/jpeg'],
  ['474946383761', 'image/gif'],
  ['474946383961', 'image/gif'],
  ['52494646', 'image/webp'],
  ['00000100', 'image/x-icon'],
];

/** A file with the bytes that may be sent. */
interface RawContent {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Null where only the bytes tell what it is. */
  readonly type: string | null;
}

/**
 * `/raw/<file>` and `/raw/<sync>/<path>`: the bytes of a file. Nothing in them is executed: the policy allows no script,
 * not even to an SVG that is opened by itself. `?download` makes any of them a download.
 * Bytes with secrets are sent only to owners, also where one NUL or another encoding makes a text look like none.
 */
export function rawFile(site: Pick<Site, 'application' | 'authenticate' | 'budget' | 'addressOf'>): Handler {
  return async (request, response) => {
    if (!spendRequest(site, request, response)) return;
    const viewer = await viewerOf(site, headersOf(request));
    const url = new URL(request.url ?? '/', 'http://localhost');
    const content = viewer === null ? null : await readContent(site, viewer, url);
    if (content === null)
      return sendText(response, 404, 'The file does not exist, or you have no access to it.');
    if (content === 'masked')
      return sendText(
        response,
        403,
        'The file contains secrets, which the API masks. The bytes need an owner of the project and the scope ADMIN.',
      );
    chargeBytes(site, request, content.bytes.length);
    const type = content.type ?? imageType(content.bytes);
    const isShown = type !== undefined && !url.searchParams.has('download');
    return response
      .writeHead(200, {
        'content-type': type ?? 'application/octet-stream',
        'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${nameOf(content.path)}`,
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, max-age=31536000, immutable',
      })
      .end(content.bytes);
  };
}

function imageType(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('hex');
  return images.find(([signature]) => start.startsWith(signature))?.[1];
}

function nameOf(path: string): string {
  const name = path.split('/').at(-1)?.toWellFormed() ?? '';
  return encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

async function readContent(
  { application }: Pick<Site, 'application'>,
  viewer: Viewer,
  url: URL,
): Promise<RawContent | 'masked' | null> {
  const [id = '', ...path] = partsOf(url);
  const context = contextOf(application.services, viewer, { request: new Request(url) });
  const file = await (path.length === 0 ? fileOfId(id, context) : fileAt(id, path.join('/'), context));
  if (file === null) return null;
  const { projectId, oid, shownPath } = file;
  const blob = await context.sql(async (sql) => (await blobContents(sql, projectId, [oid])).get(oid));
  if (blob?.content == null) return null;
  const { content } = blob;
  const encoding = file.hasText ? blob.encoding : null;
  // The API masks secrets in texts; only an owner of the project reads the bytes that hold them.
  if (hasSecret(context, content, encoding) && !(await isManagedBy(context, projectId))) return 'masked';
  if (encoding === null) return { path: shownPath, bytes: content, type: null };
  const type = /\.svg$/i.test(shownPath) ? 'image/svg+xml' : 'text/plain; charset=utf-8';
  return { path: shownPath, bytes: content, type };
}

/** Without NULs the letters of a text in UTF-16 or UTF-32 stand side by side. The picture of a page is what it looks like. */
function hasSecret(context: ApiContext, content: Uint8Array, encoding: string | null): boolean {
  if (encoding === null && imageType(content) !== undefined) return false;
  const text =
    encoding === null ? Buffer.from(content).toString('latin1') : context.decode(content, encoding);
  const letters = text.replaceAll('\0', '');
  return context.redact(letters) !== letters;
}

async function isManagedBy(context: ApiContext, projectId: string): Promise<boolean> {
  const isAdmin = context.viewer !== null && holds(context.viewer.scopes, 'ADMIN');
  return isAdmin && (await requireRole(context, projectId, 'OWNER')) === null;
}

function fileOfId(id: string, context: ApiContext): Promise<SnapshotFile | null> {
  const key = numberedId(localId(id, 'RepositoryFile'));
  if (key === null) return Promise.resolve(null);
  return context.sql((sql) => fileById(sql, key.projectId, key.id));
}

async function fileAt(sync: string, path: string, context: ApiContext): Promise<SnapshotFile | null> {
  const key = parseTenantId(localId(sync, 'ProjectSync'));
  if (key === null) return null;
  const { projectId } = key;
  const place = await snapshotOfSync(context.reads, { projectId, syncId: key.id });
  if (place === null || place.number === null) return null;
  const snapshot = { projectId, branchId: place.branchId, number: place.number };
  return context.sql((sql) => snapshotFile(sql, snapshot, path));
}

/** The parts of the path behind `/raw/`; none where its escapes are invalid. */
function partsOf({ pathname }: URL): string[] {
  try {
    return pathname.slice('/raw/'.length).split('/').map(decodeURIComponent);
  } catch {
    return [];
  }
}

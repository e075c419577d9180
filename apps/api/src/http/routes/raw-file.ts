import { blobContents, fileById } from '@project-sync/db';
import { holds } from '../../auth/api-key.ts';
import type { ApiContext, Viewer } from '../../graphql/context.ts';
import { localId, numberedId } from '../../graphql/ids.ts';
import { requireRole } from '../../graphql/require-role.ts';
import { contextOf } from '../request-context.ts';
import { headersOf, sendText, type Handler } from '../respond.ts';
import type { Site } from '../site.ts';
import { viewerOf } from '../viewer-of.ts';

/** Types that a browser only ever renders as an image. SVG may contain scripts, so it is not among them. */
const images: readonly (readonly [signature: string, type: string])[] = [
  ['89504e470d0a1a0a', 'image/png'],
  ['ffd8ff', 'image/jpeg'],
  ['474946383761', 'image/gif'],
  ['474946383961', 'image/gif'],
  ['52494646', 'image/webp'],
  ['00000100', 'image/x-icon'],
];

/** `/raw/<id>`: the bytes of a file. The type is detected from the first bytes, not the name, and nothing is executed.
 * A text with secrets is sent only to owners. */
export function rawFile(site: Pick<Site, 'application' | 'authenticate'>): Handler {
  return async (request, response) => {
    const viewer = await viewerOf(site, headersOf(request));
    const content = viewer === null ? null : await readContent(site, viewer, request.url ?? '/');
    if (content === null)
      return sendText(response, 404, 'The file does not exist, or you have no access to it.');
    if (content === 'masked')
      return sendText(
        response,
        403,
        'The file contains secrets, which the API masks. The bytes need an owner of the project and the scope ADMIN.',
      );
    const start = Buffer.from(content.subarray(0, 12)).toString('hex');
    const type = images.find(([signature]) => start.startsWith(signature))?.[1];
    return response
      .writeHead(200, {
        'content-type': type ?? 'application/octet-stream',
        'content-disposition': type === undefined ? 'attachment' : 'inline',
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, max-age=31536000, immutable',
      })
      .end(content);
  };
}

async function readContent(
  { application }: Pick<Site, 'application'>,
  viewer: Viewer,
  url: string,
): Promise<Uint8Array | 'masked' | null> {
  const key = numberedId(localId(idIn(url), 'RepositoryFile'));
  if (key === null) return null;
  const context = contextOf(application.services, viewer, { request: new Request(`http://localhost${url}`) });
  const found = await context.sql(async (sql) => {
    const file = await fileById(sql, key.projectId, key.id);
    const blobs = await blobContents(sql, key.projectId, file === null ? [] : [file.oid]);
    const blob = blobs.get(file?.oid ?? '');
    return file === null || blob === undefined ? null : { ...blob, hasText: file.hasText };
  });
  if (found === null) return null;
  const { content, encoding, hasText } = found;
  if (!hasText || encoding === null) return content;
  // The API masks secrets in texts; only an owner of the project reads the bytes that hold them.
  const { decode, redact } = application.services;
  const text = decode(content, encoding);
  return redact(text) === text || (await isManagedBy(context, key.projectId)) ? content : 'masked';
}

async function isManagedBy(context: ApiContext, projectId: string): Promise<boolean> {
  const isAdmin = context.viewer !== null && holds(context.viewer.scopes, 'ADMIN');
  return isAdmin && (await requireRole(context, projectId, 'OWNER')) === null;
}

/** Returns the ID in a URL; empty where its escapes are invalid. */
function idIn(url: string): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0]?.slice('/raw/'.length) ?? '');
  } catch {
    return '';
  }
}

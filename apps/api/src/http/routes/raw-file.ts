import { blobContents, fileById } from '@project-sync/db';
import type { Viewer } from '../../graphql/context.ts';
import { localId, numberedId } from '../../graphql/ids.ts';
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

/** `/raw/<id>`: the bytes of a file. The type is detected from the first bytes, not the name, and nothing is executed. */
export function rawFile(site: Pick<Site, 'application' | 'authenticate'>): Handler {
  return async (request, response) => {
    const viewer = await viewerOf(site, headersOf(request));
    const content = viewer === null ? null : await readContent(site, viewer, request.url ?? '/');
    if (content === null)
      return sendText(response, 404, 'The file does not exist, or you have no access to it.');
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
): Promise<Uint8Array | null> {
  const key = numberedId(localId(idIn(url), 'RepositoryFile'));
  if (key === null) return null;
  const context = contextOf(application.services, viewer, { request: new Request(`http://localhost${url}`) });
  return context.sql(async (sql) => {
    const file = await fileById(sql, key.projectId, key.id);
    // The API redacts text; the bytes would reveal the secrets that are redacted there.
    if (file === null || file.hasText) return null;
    return (await blobContents(sql, key.projectId, [file.oid])).get(file.oid)?.content ?? null;
  });
}

/** Returns the ID in a URL; empty where its escapes are invalid. */
function idIn(url: string): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0]?.slice('/raw/'.length) ?? '');
  } catch {
    return '';
  }
}

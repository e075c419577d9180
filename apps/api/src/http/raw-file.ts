import type { IncomingMessage, ServerResponse } from 'node:http';
import { blobContents, fileById } from '@project-sync/db';
import { localId, numberedId } from '../graphql/ids.ts';
import type { ApiServices, Viewer } from '../graphql/context.ts';
import { contextOf } from './request-context.ts';

/** Types that a browser only ever shows as a picture. SVG is a document with scripts, so it is not among them. */
const pictures: readonly (readonly [signature: string, type: string])[] = [
  ['89504e470d0a1a0a', 'image/png'],
  ['ffd8ff', 'image/jpeg'],
  ['474946383761', 'image/gif'],
  ['474946383961', 'image/gif'],
  ['52494646', 'image/webp'],
  ['00000100', 'image/x-icon'],
];

/** The bytes of a file by its id. Contents are told by their first bytes, never by their name, and run nowhere. */
export async function answerRawFile(
  services: ApiServices,
  viewer: Viewer | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const key = numberedId(localId(named(request.url ?? ''), 'RepositoryFile'));
  const found = key === null || viewer === null ? null : await readFile(services, viewer, key, request);
  if (found === null) {
    response
      .writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
      .end('There is no such file, or it is not yours to see.');
    return;
  }
  const start = Buffer.from(found.subarray(0, 12)).toString('hex');
  const type = pictures.find(([signature]) => start.startsWith(signature))?.[1];
  response
    .writeHead(200, {
      'content-type': type ?? 'application/octet-stream',
      'content-disposition': type === undefined ? 'attachment' : 'inline',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
    })
    .end(found);
}

/** The id in an address; nothing where its escapes spell none. */
function named(url: string): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0]?.slice('/raw/'.length) ?? '');
  } catch {
    return '';
  }
}

async function readFile(
  services: ApiServices,
  viewer: Viewer,
  key: { projectId: string; id: bigint },
  request: IncomingMessage,
): Promise<Uint8Array | null> {
  const asked = new Request(`http://localhost${request.url ?? '/'}`);
  const context = contextOf(services, viewer, { request: asked });
  return context.sql(async (sql) => {
    const file = await fileById(sql, key.projectId, key.id);
    // Text is shown masked by the API; its bytes would show the secrets that are masked there.
    if (file === null || file.hasText) return null;
    return (await blobContents(sql, key.projectId, [file.oid])).get(file.oid)?.content ?? null;
  });
}

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import type { ApiContext } from '../graphql/context.ts';

/** Smaller answers fit into one packet anyway. */
const WORTH_BYTES = 1400;

const packed = {
  // The highest quality takes a hundred times as long for a fifth less.
  br: (body: Uint8Array) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (body: Uint8Array) => promisify(gzip)(body),
} as const;

/** The encoding to answer in, by the client's `accept-encoding`; null for a client that takes none. */
export function encodingFor(accepted: string | null | undefined): keyof typeof packed | null {
  const named = (accepted ?? '').split(',').map((item) => item.trim().toLowerCase());
  const takes = (name: string) =>
    named.some((item) => item.split(';', 1)[0] === name && !/;\s*q=0(\.0*)?$/.test(item));
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : null;
}

/** Compresses a body off the main thread. */
export async function compress(
  body: Uint8Array,
  encoding: keyof typeof packed,
): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await packed[encoding](body));
}

/** Compresses JSON answers, and reports their size. Streams stay as they are: their events must leave at once. */
export function compressAnswers(
  report: (answered: {
    readonly request: Request;
    readonly address: string | undefined;
    bytes: number;
  }) => void,
): Plugin<ApiContext, { req?: IncomingMessage }> {
  return {
    async onResponse({ request, response, setResponse, serverContext }) {
      const type = response.headers.get('content-type') ?? '';
      if (!/^application\/(graphql-response\+)?json/.test(type)) return;
      const body = new Uint8Array(await response.arrayBuffer());
      report({ request, address: serverContext.req?.socket.remoteAddress, bytes: body.length });
      const { headers, status, statusText } = response;
      headers.append('vary', 'accept-encoding');
      const encoding = body.length < WORTH_BYTES ? null : encodingFor(request.headers.get('accept-encoding'));
      if (encoding === null) return setResponse(new Response(body, { headers, status, statusText }));
      headers.set('content-encoding', encoding);
      headers.delete('content-length');
      setResponse(new Response(await compress(body, encoding), { headers, status, statusText }));
    },
  };
}

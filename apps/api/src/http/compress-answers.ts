import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
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
function encodingFor(accepted: string | null | undefined): keyof typeof packed | null {
  const named = (accepted ?? '').split(',').map((item) => item.trim().toLowerCase());
  const takes = (name: string) =>
    named.some((item) => item.split(';', 1)[0] === name && !/;\s*q=0(\.0*)?$/.test(item));
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : null;
}

function isJson(type: string): boolean {
  return /^application\/(graphql-response\+)?json/.test(type);
}

/** Compresses a body off the main thread. */
async function compress(body: Uint8Array, encoding: keyof typeof packed): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await packed[encoding](body));
}

/** An answer that was made, and the place it goes to. */
interface Answered {
  readonly request: Request;
  /** The request as it came in, or only its address where it came from within. */
  readonly from: { req?: IncomingMessage; address?: string };
  readonly bytes: number;
}

/** Compresses JSON answers, and reports the size of all. Streams stay as they are: their events must leave at once. */
export function compressAnswers(report: (answered: Answered) => void): Plugin<ApiContext, Answered['from']> {
  return {
    // A query may ask for its one answer as an event or as a part.
    onResultProcess({ request, result, serverContext, acceptableMediaTypes: [first] }) {
      if (first === undefined || isJson(first) || isAsyncIterable(result)) return;
      report({ request, from: serverContext, bytes: Buffer.byteLength(JSON.stringify(result)) });
    },
    async onResponse({ request, response, setResponse, serverContext }) {
      if (!isJson(response.headers.get('content-type') ?? '')) return;
      const body = new Uint8Array(await response.arrayBuffer());
      report({ request, from: serverContext, bytes: body.length });
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

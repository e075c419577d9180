import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6 } from 'node:net';

/** The first bytes of an answer, which are stored to be looked at. */
const HEAD_BYTES = 2000;

/** One request: its body, its headers, and the addresses that its host was resolved to. */
export interface PinnedPost {
  readonly url: URL;
  readonly addresses: readonly [string, ...string[]];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** The answer: its status, and the beginning of its text. */
export interface PostAnswer {
  readonly status: number;
  readonly head: string;
}

/**
 * Sends a POST to addresses that were checked, whatever the name resolves to by now. It follows no redirect and reads the
 * beginning of the answer only.
 */
export function postPinned({ url, addresses, headers, body, signal }: PinnedPost): Promise<PostAnswer> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const lookup: RequestOptions['lookup'] = (_host, options, found) => {
    const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    if (options.all === true) found(null, all);
    else found(null, addresses[0], isIPv6(addresses[0]) ? 6 : 4);
  };
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': String(bytes.length) },
        agent: false,
        lookup,
        signal,
      },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        const end = (): void => {
          response.destroy();
          const head = Buffer.concat(parts).subarray(0, HEAD_BYTES).toString('utf8');
          resolve({ status: response.statusCode ?? 0, head });
        };
        response.on('data', (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (length >= HEAD_BYTES) end();
        });
        response.on('end', end);
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
}

import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';

/** A complete response: its body has been read to the end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Returns a redirect to the caller; otherwise it is followed, within the same origin only. */
  readonly showRedirect?: boolean;
}

/** The settings and counters of a connection. */
export interface Connection {
  /** The service's name, for error messages. */
  readonly service: string;
  /** Milliseconds without data after which a response is given up. */
  readonly silence: number;
  readonly usage: { requests: number; bytes: number };
  /** The most bytes that one answer may have. */
  readonly largestAnswer?: number;
}

/** More than any answer that is asked for; an endless one would fill the memory. */
const LARGEST_ANSWER = 256 << 20;

const USER_AGENT = 'project-sync';
const MAX_REDIRECTS = 4;

/** Sends a request and reads the response to its end. A failure of the network is returned as a `SyncError`. */
export async function exchange(
  request: HttpRequest,
  connection: Connection,
  call: SourceCall,
): Promise<Answer | SyncError> {
  const { service } = connection;
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), connection.silence);
  const signal = AbortSignal.any([call.signal, silent.signal]);
  let url = request.url;
  try {
    for (let hops = 0; hops < MAX_REDIRECTS; hops += 1) {
      connection.usage.requests += 1;
      // The timer starts over with every chunk: a long answer may take long, as long as data keeps coming.
      const reading = { signal, largest: connection.largestAnswer ?? LARGEST_ANSWER };
      const answer = await readWhole({ ...request, url }, reading, () => timer.refresh());
      if (answer === null)
        return new SyncError('SOURCE_INVALID_RESPONSE', `${service} sends more than one answer can hold.`);
      connection.usage.bytes += answer.body.length;
      const next = redirectOf(answer, url);
      if (next === null || request.showRedirect === true) return answer;
      if (request.method !== 'GET' || next.origin !== new URL(url).origin) {
        return new SyncError(
          'HOST_NOT_ALLOWED',
          `${service} redirects to ${next.host}, which was not followed. Check the address of the API.`,
        );
      }
      url = next.href;
    }
    return new SyncError('SOURCE_INVALID_RESPONSE', `${service} redirects in a loop.`);
  } catch (cause) {
    call.signal.throwIfAborted();
    return silent.signal.aborted
      ? new SyncError('SOURCE_TIMEOUT', `${service} did not answer in time. Try again later.`, {
          retryable: true,
          cause,
        })
      : new SyncError('SOURCE_UNAVAILABLE', `The connection to ${service} broke off. Try again later.`, {
          retryable: true,
          cause,
        });
  } finally {
    clearTimeout(timer);
  }
}

/** Returns null for an answer that is larger than the limit. */
async function readWhole(
  request: HttpRequest,
  { signal, largest }: { readonly signal: AbortSignal; readonly largest: number },
  onData: () => void,
): Promise<Answer | null> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: { 'user-agent': USER_AGENT, ...request.headers },
    ...(request.body === undefined ? {} : { body: request.body }),
    redirect: 'manual',
    signal,
  });
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of chunksOf(response)) {
    onData();
    size += part.byteLength;
    if (size > largest) return null;
    parts.push(part);
  }
  return { status: response.status, headers: response.headers, body: Buffer.concat(parts) };
}

function redirectOf(answer: Answer, url: string): URL | null {
  const location = answer.headers.get('location');
  return answer.status < 300 || answer.status >= 400 || location === null ? null : new URL(location, url);
}

function chunksOf(response: Response): AsyncIterable<Uint8Array> {
  return (response.body ?? emptyBody()) as AsyncIterable<Uint8Array>;
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

/** Streams a download from an address that carries its own permission. */
export async function* download(
  url: string,
  connection: Connection,
  call: SourceCall,
): AsyncGenerator<Uint8Array> {
  const silent = new AbortController();
  const watch = (): NodeJS.Timeout =>
    setTimeout(
      () => silent.abort(new Error(`${connection.service} stopped sending data.`)),
      connection.silence,
    );
  let timer = watch();
  try {
    connection.usage.requests += 1;
    const response = await fetch(url, {
      signal: AbortSignal.any([call.signal, silent.signal]),
      redirect: 'error',
      headers: { 'user-agent': USER_AGENT },
    });
    if (!response.ok || response.body === null)
      throw new Error(`The download answered with status ${response.status}.`);
    for await (const chunk of chunksOf(response)) {
      // The reader may pause between two chunks: only the sender's silence counts.
      clearTimeout(timer);
      connection.usage.bytes += chunk.byteLength;
      yield chunk;
      timer = watch();
    }
  } finally {
    clearTimeout(timer);
  }
}

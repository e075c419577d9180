import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';

/** A fault of one request. */
export type ServerFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The connection breaks after this many bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The connection stays open after this many bytes, and sends no more. */
  | { readonly kind: 'stall'; readonly after: number };

/** One request that reached the server. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  /** True for a fetch of objects, false for a list of references. */
  readonly isFetch: boolean;
}

/** A smart HTTP server over a bare repository, on loopback. */
export interface GitServer {
  readonly url: string;
  readonly host: string;
  readonly requests: readonly ServedRequest[];
  /** Called before each request is answered; it may change the repository meanwhile. Null removes the fault. */
  strike(fault: ((request: ServedRequest) => ServerFault | null) | null): void;
  close(): Promise<void>;
}

/** Serves a repository through `git http-backend`, with a token only to requests that carry it. */
export async function serveGit(repository: string, options: { token?: string } = {}): Promise<GitServer> {
  const requests: ServedRequest[] = [];
  let strike: ((request: ServedRequest) => ServerFault | null) | null = null;
  const expected =
    options.token === undefined
      ? null
      : `Basic ${Buffer.from(`x-access-token:${options.token}`).toString('base64')}`;

  const server: Server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const plain = request.headers['content-encoding'] === 'gzip' ? null : body.toString('latin1');
      const served: ServedRequest = {
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        authorization: request.headers.authorization ?? null,
        isFetch: request.method === 'POST' && (plain === null || plain.includes('command=fetch')),
      };
      requests.push(served);
      const fault = strike?.(served) ?? null;
      if (fault?.kind === 'status') {
        response.writeHead(fault.status, fault.headers ?? {}).end(fault.body ?? '');
      } else if (expected !== null && served.authorization !== expected) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      } else answer(repository, { request, body, fault }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const host = `127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  return {
    url: `http://${host}/${basename(repository)}`,
    host,
    requests,
    strike: (fault) => void (strike = fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  repository: string,
  received: {
    request: IncomingMessage;
    body: Buffer;
    fault: Exclude<ServerFault, { kind: 'status' }> | null;
  },
  response: ServerResponse,
): void {
  const { request, body, fault } = received;
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: dirname(repository),
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: dirname(repository),
      GIT_HTTP_EXPORT_ALL: '1',
      GATEWAY_INTERFACE: 'CGI/1.1',
      SERVER_PROTOCOL: 'HTTP/1.1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_LENGTH: String(body.length),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(body);
  child.once('close', () => {
    const all = Buffer.concat(out);
    const end = all.indexOf('\r\n\r\n');
    let status = 200;
    for (const line of all.toString('latin1', 0, Math.max(end, 0)).split('\r\n')) {
      const [name = '', value = ''] = line.split(/:\s*/, 2);
      if (name === 'Status') status = Number.parseInt(value, 10);
      else if (name !== '') response.setHeader(name, value);
    }
    response.writeHead(end < 0 ? 500 : status);
    const content = all.subarray(end + 4);
    if (fault === null) response.end(content);
    else {
      response.write(content.subarray(0, fault.after), () => {
        if (fault.kind === 'cut') response.destroy();
      });
    }
  });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of request) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

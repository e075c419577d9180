import type { IncomingMessage } from 'node:http';
import type { GraphqlRequest } from './graphql-api.ts';
import type { Resource } from './rate-limits.ts';

/** A request, parsed, without the prefix of an Enterprise server. */
export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly search: URLSearchParams;
  /** The address of the REST root, as the caller spelled it. */
  readonly origin: string;
  readonly accept: string;
  readonly ifNoneMatch: string | null;
  readonly token: string | null;
  readonly resource: Resource;
  /** A download, which counts against no budget. */
  readonly isCodeload: boolean;
  readonly graphql: GraphqlRequest | null;
}

/** Reads and parses a request. */
export async function readRequest(message: IncomingMessage): Promise<FakeRequest> {
  const host = `http://${message.headers.host ?? ''}`;
  const url = new URL(message.url ?? '/', host);
  const path = url.pathname.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api\/graphql$/, '/graphql');
  const isGraphql = path === '/graphql';
  const body = await readBody(message);
  return {
    method: message.method ?? 'GET',
    path,
    search: url.searchParams,
    origin: url.pathname.startsWith('/api/v3/') ? `${host}/api/v3` : host,
    accept: message.headers.accept ?? '',
    ifNoneMatch: message.headers['if-none-match'] ?? null,
    token: /^(?:bearer|token) (.+)$/i.exec(message.headers.authorization ?? '')?.[1] ?? null,
    resource: isGraphql ? 'graphql' : 'core',
    isCodeload: path.startsWith('/codeload/'),
    graphql: isGraphql ? parseGraphql(body) : null,
  };
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parseGraphql(body: string): GraphqlRequest {
  const { query, variables } = JSON.parse(body) as Partial<GraphqlRequest>;
  return { query: query ?? '', variables: variables ?? {} };
}

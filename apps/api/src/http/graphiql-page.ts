import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { exampleTabs } from './example-tabs.ts';

const compress = promisify(gzip);

/** It holds its scripts and styles itself, asks this server alone, and no other page may frame it. */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Page {
  readonly plain: Buffer;
  readonly compressed: Buffer;
  readonly tag: string;
}

/** Whether a request is a browser that opens GraphiQL. */
export function wantsGraphiql({ method, headers, url }: IncomingMessage): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    headers.accept?.includes('text/html') === true &&
    !new URL(url ?? '/', 'http://localhost').searchParams.has('query')
  );
}

/** Serves GraphiQL: nine megabytes, which are made and compressed once, and read again only after they have changed. */
export function graphiqlPage(): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let made: Promise<Page> | null = null;
  return async (request, response) => {
    const { plain, compressed, tag } = await (made ??= makePage());
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      vary: 'accept-encoding',
      etag: tag,
    };
    if (request.headers['if-none-match'] === tag) return void response.writeHead(304, headers).end();
    const isCompressed = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = isCompressed ? compressed : plain;
    response.writeHead(200, {
      ...headers,
      'content-length': body.length,
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

async function makePage(): Promise<Page> {
  const html = renderGraphiQL({
    title: 'Project Sync',
    defaultTabs: [...exampleTabs],
    subscriptionsProtocol: 'SSE',
    credentials: 'same-origin',
    endpoint: '/graphql',
  });
  const plain = Buffer.from(html);
  const tag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
  return { plain, compressed: await compress(plain), tag };
}

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

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

/**
 * Where no theme is chosen, the frame of the page follows the system's, and its editors keep the one they began with:
 * dark letters would stand on a dark page. Its tabs are stored, so they are there again.
 */
const followTheme = `<script>
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (!localStorage.getItem('graphiql:theme')) location.replace(location.pathname);
  });
</script>`;

/** A page for each set of tabs, of which the newest are remembered. */
const REMEMBERED = 20;

/** The examples in the tabs of the page, which name what the visitor has. */
type TabsOf = (request: IncomingMessage) => Promise<readonly { readonly query: string }[]>;

/** Serves GraphiQL: nine megabytes, which are compressed once, and read again only after they have changed. */
export function graphiqlPage(
  tabsOf: TabsOf,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const made = new Map<string, Promise<Page>>();
  return async (request, response) => {
    const tabs = await tabsOf(request);
    const key = JSON.stringify(tabs);
    const page = made.get(key) ?? makePage(tabs);
    made.delete(key);
    made.set(key, page);
    const [oldest] = made.keys();
    if (made.size > REMEMBERED && oldest !== undefined) made.delete(oldest);
    const { plain, compressed, tag } = await page;
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'private, no-cache',
      vary: 'accept-encoding, cookie, authorization',
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

async function makePage(tabs: Awaited<ReturnType<TabsOf>>): Promise<Page> {
  const html = renderGraphiQL({
    title: 'Project Sync',
    defaultTabs: [...tabs],
    subscriptionsProtocol: 'SSE',
    credentials: 'same-origin',
    endpoint: '/graphql',
  });
  const plain = Buffer.from(html.replace('<div id="root">', `${followTheme}$&`));
  const tag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
  return { plain, compressed: await compress(plain), tag };
}

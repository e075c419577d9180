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

/** Whether a request is a browser that opens GraphiQL. The page writes each edited query into its address, and is reloaded there. */
export function wantsGraphiql({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html') === true;
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

/**
 * Puts the query and the variables of an address (`/graphql#query=…&variables=…`) into a tab of its own. They stand behind the
 * hash, which no server and no log sees. GraphiQL takes its first tabs from the options where it keeps none of the visitor,
 * and from `query` otherwise. The address is cleared, so that a reload keeps what was written since; so is the `?query=` that
 * GraphiQL adds while one writes in a tab, which would open that query once more, without its variables. Where nothing is asked for,
 * it is given the query of the tab that was in front: for none it would open an empty tab at each first reload.
 */
const readAddress = `
  function withAsked(options) {
    const asked = new URLSearchParams(location.hash.slice(1));
    const query = asked.get('query');
    const written = new URLSearchParams(location.search).get('query');
    const kept = localStorage.getItem('graphiql:tabState') ?? '';
    const isKept = written === null || kept.includes(JSON.stringify(written));
    if (query !== null || isKept) history.replaceState(null, '', location.pathname);
    if (query === null) {
      const { tabs = [], activeTabIndex = 0 } = JSON.parse((isKept && kept) || '{}');
      const { query: inFront, variables } = tabs[activeTabIndex] ?? {};
      return inFront ? { ...options, query: inFront, variables: variables ?? undefined } : options;
    }
    const variables = asked.get('variables') ?? undefined;
    return { ...options, query, variables, defaultTabs: [{ query, variables }, ...options.defaultTabs] };
  }`;

/** The options stand at the end of the page, as the library wrote them. */
function withQueryOfAddress(html: string, options: string): string {
  const at = html.lastIndexOf(options);
  const body = html.indexOf('<script>');
  if (at < 0 || body < 0) throw new Error('The page of GraphiQL does not hold its options any more.');
  return `${html.slice(0, body)}<script>${readAddress}</script>${html.slice(body, at)}withAsked(${options})${html.slice(at + options.length)}`;
}

async function makePage(tabs: Awaited<ReturnType<TabsOf>>): Promise<Page> {
  const options = {
    title: 'Project Sync',
    defaultTabs: [...tabs],
    subscriptionsProtocol: 'SSE' as const,
    credentials: 'same-origin' as const,
    endpoint: '/graphql',
  };
  const html = withQueryOfAddress(renderGraphiQL(options), JSON.stringify(options));
  const plain = Buffer.from(html.replace('<div id="root">', `${followTheme}$&`));
  const tag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
  return { plain, compressed: await compress(plain), tag };
}

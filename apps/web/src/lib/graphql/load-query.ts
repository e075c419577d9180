import { error, redirect } from '@sveltejs/kit';
import {
  stringifyDocument,
  type AnyVariables,
  type Client,
  type CombinedError,
  type TypedDocumentNode,
} from '@urql/core';
import { browser } from '$app/env';
import { navigating } from '$app/state';
import { client } from './client.ts';
import { failureOf, type Failure } from './failure.ts';
import { uncachedClient } from './uncached-client.ts';

/** The part of a page's load event that a query needs. */
export interface LoadEvent {
  fetch: typeof globalThis.fetch;
  url: URL;
  depends: (...names: `${string}:${string}`[]) => void;
}

/** The answer to a page's query, and the query itself, for readers who want to ask the same. */
export interface LoadedQuery<Data> {
  data: Data;
  operation: { text: string; variables: Record<string, unknown> };
  /** Why a part of the data is missing; null if it is whole. */
  failure: Failure | null;
}

/** The answers that the pages of this tab showed last, by page and query. A server renders for many users and keeps none. */
const lastAnswers = new Map<string, LastAnswer>();

interface LastAnswer {
  readonly data: unknown;
  readonly variables: AnyVariables;
}

/** Only pages that are open are refreshed, and those are among the newest. */
function remember(name: string, answer: LastAnswer): void {
  lastAnswers.delete(name);
  lastAnswers.set(name, answer);
  const [oldest] = lastAnswers.keys();
  if (lastAnswers.size > 20 && oldest !== undefined) lastAnswers.delete(oldest);
}

/** Asks a page's query. */
export function loadQuery<Data, Variables extends AnyVariables>(
  event: LoadEvent,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<LoadedQuery<Data>> {
  return askBy(client(), event, { document, variables });
}

/** Asks the query of a page whose answer is too long for the cache. */
export function loadUncached<Data, Variables extends AnyVariables>(
  event: LoadEvent,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<LoadedQuery<Data>> {
  return askBy(uncachedClient(), event, { document, variables });
}

async function askBy<Data, Variables extends AnyVariables>(
  by: Client,
  event: LoadEvent,
  { document, variables }: { document: TypedDocumentNode<Data, Variables>; variables: Variables },
): Promise<LoadedQuery<Data>> {
  event.depends('app:page');
  const fresh = await by
    .query(document, variables, { fetch: event.fetch, requestPolicy: 'network-only' })
    .toPromise();
  // A page may ask for several pages of one list.
  const part = variables !== undefined && 'after' in variables ? String(variables['after']) : '';
  const name = `${event.url.href} ${part} ${stringifyDocument(document)}`;
  // The variables of a refresh may differ, as when a sync has finished: then the cache has no answer, but the page has.
  const shown = fresh.error !== undefined && isRefresh(fresh.error) ? lastAnswers.get(name) : undefined;
  const result =
    shown === undefined
      ? fresh
      : await by.query(document, shown.variables as Variables, { requestPolicy: 'cache-only' }).toPromise();
  // A failed field that may not be null leaves `data: null`, which is the same as no data.
  const data = result.data ?? (shown?.data as Data | undefined);
  if (result.error !== undefined && data === undefined) throw stop(event.url, failureOf(result.error));
  if (data === undefined) throw error(502, { code: 'EMPTY', message: '' });
  if (isSignedOut(data)) throw redirect(303, signIn(event.url));
  if (browser && shown === undefined) remember(name, { data, variables });
  return {
    data,
    operation: { text: stringifyDocument(document), variables: { ...variables } },
    failure: result.error === undefined ? null : failureOf(result.error),
  };
}

/** Whether a page is only refreshed: it keeps its content while the server restarts. A navigation shows the failure. */
function isRefresh(error: CombinedError): boolean {
  return browser && navigating.to === null && failureOf(error).code === 'UNREACHABLE';
}

function stop(url: URL, failure: ReturnType<typeof failureOf>): unknown {
  if (failure.code === 'UNAUTHENTICATED') return redirect(303, signIn(url));
  return error(statusOf(failure.code), failure);
}

function statusOf(code: string): number {
  if (code.endsWith('NOT_FOUND')) return 404;
  return ['FORBIDDEN', 'ROLE_TOO_LOW', 'NOT_OPERATOR'].includes(code) ? 403 : 502;
}

function isSignedOut(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'viewer' in data && data.viewer === null;
}

function signIn(url: URL): string {
  return `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`;
}

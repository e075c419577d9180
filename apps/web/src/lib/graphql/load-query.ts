import { error, redirect } from '@sveltejs/kit';
import { stringifyDocument, type AnyVariables, type CombinedError, type TypedDocumentNode } from '@urql/core';
import { browser } from '$app/env';
import { navigating } from '$app/state';
import { client } from './client.ts';
import { failureOf } from './failure.ts';

interface LoadEvent {
  fetch: typeof globalThis.fetch;
  url: URL;
  depends: (...names: `${string}:${string}`[]) => void;
}

/**
 * A page's one query: its data, and its text and variables for whoever wants to ask the same. `asked` is for pages whose
 * answer is too long for the cache.
 */
export async function loadQuery<Data, Variables extends AnyVariables>(
  event: LoadEvent,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  asked = client(),
): Promise<{ data: Data; operation: { text: string; variables: Record<string, unknown> } }> {
  event.depends('app:page');
  const fresh = await asked
    .query(document, variables, { fetch: event.fetch, requestPolicy: 'network-only' })
    .toPromise();
  const result =
    fresh.error !== undefined && isRefresh(fresh.error)
      ? await asked.query(document, variables, { requestPolicy: 'cache-only' }).toPromise()
      : fresh;
  // A refused field that may not be null leaves `data: null`: as little as none at all.
  const data = result.data ?? undefined;
  if (result.error !== undefined && data === undefined) throw stop(event.url, failureOf(result.error));
  if (data === undefined) throw error(502, { code: 'EMPTY', message: '' });
  if (isSignedOut(data)) throw redirect(303, signIn(event.url));
  return { data, operation: { text: stringifyDocument(document), variables: { ...variables } } };
}

/** A page that is only brought up to date keeps what it shows while the server restarts; going elsewhere says that it can't. */
function isRefresh(error: CombinedError): boolean {
  return browser && navigating.to === null && failureOf(error).code === 'UNREACHABLE';
}

function stop(url: URL, failure: ReturnType<typeof failureOf>): unknown {
  if (failure.code === 'UNAUTHENTICATED') return redirect(303, signIn(url));
  const status = failure.code === 'NOT_FOUND' ? 404 : failure.code === 'FORBIDDEN' ? 403 : 502;
  return error(status, failure);
}

function isSignedOut(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'viewer' in data && data.viewer === null;
}

function signIn(url: URL): string {
  return `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`;
}

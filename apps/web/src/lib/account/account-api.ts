/** A passkey as the account page lists it. */
export interface Passkey {
  id: string;
  name: string;
  createdAt: string;
  isSynced: boolean;
}

/** The signed-in user's account: the address, and the ways to sign in again. */
export interface Account {
  name: string;
  email: string;
  /** Whether the user manages this server. Only then can the address be changed here. */
  isOperator: boolean;
  hasPassword: boolean;
  shortestPassword: number;
  /** GitHub sign-in; null where the server does not offer it. */
  github: { host: string; origin: string; isConnected: boolean } | null;
  /** The OpenID Connect provider; null where there is none. */
  openid: { name: string; origin: string; isConnected: boolean } | null;
  /** Null where browsers offer none at this address. */
  passkeys: Passkey[] | null;
}

/** The GitHub App of the server, and the form that creates one at GitHub. */
export interface GitHubApp {
  app: { name: string; htmlUrl: string; installUrl: string } | null;
  action: string;
  manifest: string;
  isReachable: boolean;
}

/** An invitation to join a project. */
export interface Invitation {
  project: string;
  email: string;
  role: 'OWNER' | 'EDITOR' | 'VIEWER';
}

/** A refusal of one of the JSON endpoints. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
  project?: string;
  email?: string;
  /** Seconds to wait, after too many tries. */
  retryAfter?: number;
}

type Fetch = typeof globalThis.fetch;

/** Sends JSON to an endpoint, or only asks it, and returns its answer or its refusal. */
export async function callApi<Answer>(
  fetch: Fetch,
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<{ ok: true; answer: Answer } | { ok: false; refusal: Refusal }> {
  const response = await fetch(
    path,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  );
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) return { ok: true, answer };
  const retryAfter = response.headers.get('retry-after');
  return {
    ok: false,
    refusal: {
      code: 'UNKNOWN',
      message: '',
      ...answer,
      status: response.status,
      ...(retryAfter === null ? {} : { retryAfter: Number(retryAfter) }),
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { Database } from '@project-sync/db';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { genericOAuth, magicLink } from 'better-auth/plugins';
import type { AppSecrets } from './app-secret.ts';
import { ownOrigins } from '../http/public-url.ts';
import { githubSignIn, githubSite, type GitHubSignInOptions } from './github-sign-in.ts';
import { findProvider, openidSignIn, type FoundProvider, type OpenidOptions } from './openid-sign-in.ts';
import {
  isAssertion,
  PASSKEY_COOKIE,
  passkeyAccountPaths,
  passkeyHost,
  passkeys,
  passkeySignInPaths,
  passkeysOf,
  type StoredPasskey,
} from './passkeys.ts';
import { renewCookie } from './renew-cookie.ts';
import { signInHooks } from './sign-in-hooks.ts';

/** The parts that signing in needs. */
export interface PeopleOptions {
  readonly database: Database;
  readonly secrets: AppSecrets;
  readonly publicUrl: string;
  readonly github: GitHubSignInOptions | null;
  readonly openid: OpenidOptions | null;
}

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
/** The header in which the server passes the client's address on to the library, which would believe the client's own. */
export const CLIENT_ADDRESS_HEADER = 'x-project-sync-client-address';
/** Shorter passwords can be guessed. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;
/** Ways to sign in change within this time after signing in: a session that was left open or stolen adds none of its own. */
const FRESH_SECONDS = HOUR;

/** The time after which a provider that did not answer is asked again. */
const ASK_AGAIN_MS = 10_000;

/**
 * Opens sign-in: sessions by cookie, passwords, GitHub, OpenID Connect, and single-use links. There is no open sign-up:
 * a provider's user enters only with an invitation, or with an address of a domain that the operator named.
 */
export function openPeople(options: PeopleOptions): People {
  return new People(options);
}

/** The session of a request. */
export interface SessionOfUser {
  readonly userId: string;
  readonly sessionId: string;
  /** Whether it is young enough to change how its user signs in. */
  readonly isFresh: boolean;
}

/** The ways in which a user can sign in. */
interface WaysOfUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly ways: readonly string[];
  /** Whether the session is young enough to change them. */
  readonly isFresh: boolean;
  /** Null where browsers offer none. */
  readonly passkeys: readonly StoredPasskey[] | null;
}

/** Sessions of people, and the ways to get one. */
export class People {
  readonly url: string;
  /** The GitHub website on which users agree to sign in; null where GitHub is not configured. */
  readonly githubSite: string | null;
  /** Whether browsers offer passkeys at the public URL. */
  readonly hasPasskeys: boolean;
  readonly #options: PeopleOptions;
  #auth: ReturnType<typeof openAuth>;
  #found: FoundProvider | null = null;
  #asked: { readonly at: number; readonly found: Promise<FoundProvider | null> } | null = null;
  readonly #renewed: (headers: Headers) => Headers;
  /** Tokens of links that were just created, by email. */
  readonly #tokens = new Map<string, string>();

  constructor(options: PeopleOptions) {
    this.url = options.publicUrl;
    this.githubSite = options.github === null ? null : githubSite(options.github.apiUrl);
    this.hasPasskeys = passkeyHost(options.publicUrl) !== null;
    this.#renewed = (headers) => renewCookie(headers, options.secrets);
    this.#options = options;
    this.#auth = openAuth(options, null, this.#keepToken);
  }

  readonly #keepToken = (email: string, token: string): void => void this.#tokens.set(email, token);

  /**
   * Returns the OpenID Connect provider; null where none is configured, or it does not answer. It is looked for when it is
   * needed, so that a provider that is away when the server starts is found once it is back.
   */
  async openid(): Promise<(FoundProvider & Pick<OpenidOptions, 'name'>) | null> {
    const { openid } = this.#options;
    if (openid === null) return null;
    if (this.#found === null) {
      if (this.#asked === null || Date.now() - this.#asked.at > ASK_AGAIN_MS)
        this.#asked = { at: Date.now(), found: findProvider(openid) };
      const found = await this.#asked.found;
      if (found === null) return null;
      if (this.#found === null) {
        this.#found = found;
        this.#auth = openAuth(this.#options, found, this.#keepToken);
      }
    }
    return { ...this.#found, name: openid.name };
  }

  /** Answers `/api/auth/…`. */
  async handler(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (/\/(social|link-social|callback\/oidc)$/.test(pathname)) await this.openid();
    const headers = this.#renewed(request.headers);
    if (pathname.endsWith('/link-social') && (await this.sessionOf(headers))?.isFresh === false)
      return Response.json({ code: 'SESSION_NOT_FRESH', message: 'Sign in again first.' }, { status: 403 });
    if (pathname.endsWith('/verify-authentication') && !isAssertion(await bodyOf(request)))
      return Response.json({ code: 'AUTHENTICATION_FAILED', message: 'Send a passkey.' }, { status: 400 });
    return this.#auth.handler(headers === request.headers ? request : new Request(request, { headers }));
  }

  /** Lists the paths that the handler serves. */
  get endpoints(): readonly Endpoint[] {
    return Object.values(this.#auth.api).flatMap(endpointOf);
  }

  /** Returns the session of a request's cookie. */
  async sessionOf(headers: Headers): Promise<SessionOfUser | null> {
    const found = await this.#auth.api.getSession({ headers: this.#renewed(headers) });
    if (found === null) return null;
    return { userId: found.user.id, sessionId: found.session.id, isFresh: isFresh(found.session) };
  }

  /** Creates the token of a link that signs a user in once. */
  async signInToken(email: string): Promise<string> {
    await this.#auth.api.signInMagicLink({ body: { email }, headers: new Headers() });
    const token = this.#tokens.get(email);
    this.#tokens.delete(email);
    if (token === undefined) throw new Error('No sign-in link was created.');
    return token;
  }

  /** Returns the path that turns a sign-in token into a session. */
  readonly verifyPath = (token: string, next: string): string =>
    `/api/auth/magic-link/verify?token=${encodeURIComponent(token)}&callbackURL=${encodeURIComponent(next)}`;

  /** Returns the ways in which the user of a session can sign in; null without a session. */
  async waysOf(headers: Headers): Promise<WaysOfUser | null> {
    const found = await this.#auth.api.getSession({ headers: this.#renewed(headers) });
    if (found === null) return null;
    const accounts = await this.#auth.api.listUserAccounts({ headers: this.#renewed(headers) });
    return {
      id: found.user.id,
      name: found.user.name,
      email: found.user.email,
      ways: accounts.map(({ providerId }) => providerId),
      isFresh: isFresh(found.session),
      passkeys: this.hasPasskeys ? await passkeysOf(this.#options.database, found.user.id) : null,
    };
  }

  /** Returns the challenge for a new passkey, with the cookie that ties the answer to it. */
  passkeyChallenge(headers: Headers): Promise<Response> {
    return this.#auth.api.generatePasskeyRegistrationOptions({
      headers: this.#renewed(headers),
      asResponse: true,
    });
  }

  /** Stores a passkey whose device signed the challenge. */
  addPasskey(
    headers: Headers,
    body: { readonly name: string; readonly response: Readonly<Record<string, unknown>> },
  ): Promise<Response> {
    return this.#auth.api.verifyPasskeyRegistration({
      headers: this.#renewed(headers),
      body,
      asResponse: true,
    });
  }

  /** Sets a password, or changes it if the current one is correct, which ends the user's other sessions. */
  async setPassword(
    headers: Headers,
    { current, wanted }: { current: string | null; wanted: string },
  ): Promise<Response> {
    return current === null
      ? this.#auth.api.setPassword({
          headers: this.#renewed(headers),
          body: { newPassword: wanted },
          asResponse: true,
        })
      : this.#auth.api.changePassword({
          headers: this.#renewed(headers),
          body: { currentPassword: current, newPassword: wanted, revokeOtherSessions: true },
          asResponse: true,
        });
  }

  signOut(headers: Headers): Promise<Response> {
    return this.#auth.api.signOut({ headers: this.#renewed(headers), asResponse: true });
  }
}

function openAuth(
  { database, secrets: [secret], publicUrl, github, openid }: PeopleOptions,
  found: FoundProvider | null,
  onLink: (email: string, token: string) => void,
) {
  return betterAuth({
    database: prismaAdapter(database.prisma, { provider: 'postgresql' }),
    secret,
    baseURL: publicUrl,
    basePath: '/api/auth',
    trustedOrigins: [...ownOrigins(publicUrl)],
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
    },
    session: { expiresIn: 30 * DAY, updateAge: DAY, freshAge: FRESH_SECONDS },
    account: { accountLinking: { enabled: true, allowDifferentEmails: true } },
    onAPIError: { errorURL: `${publicUrl}/sign-in` },
    advanced: {
      database: { generateId: () => randomUUID() },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      ...cookiesOf(publicUrl),
    },
    databaseHooks: signInHooks(database, openid),
    // The server limits attempts itself, because it knows the address.
    rateLimit: { enabled: false },
    // Only the server creates links. A password is changed at `/api/account/password`, where tries are counted.
    disabledPaths: [
      ...passkeyAccountPaths,
      ...(passkeyHost(publicUrl) === null ? passkeySignInPaths : []),
      '/sign-in/magic-link',
      '/change-password',
      '/set-password',
      '/verify-password',
      '/change-email',
      '/update-user',
      '/delete-user',
    ],
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [
      passkeys(database, publicUrl),
      magicLink({
        disableSignUp: true,
        expiresIn: HOUR,
        // A reader of the database or of its log cannot sign in with what is stored.
        storeToken: 'hashed',
        sendMagicLink: ({ email, token }) => onLink(email, token),
      }),
      genericOAuth<'github' | 'oidc'>({
        config: [
          ...(github === null ? [] : [githubSignIn(github)]),
          ...(openid === null || found === null ? [] : [openidSignIn(openid, found)]),
        ],
      }),
    ],
  });
}

/** Over HTTPS the session is a `__Host-` cookie, which neither a subdomain nor plain HTTP can set. */
function cookiesOf(publicUrl: string): Partial<NonNullable<BetterAuthOptions['advanced']>> {
  if (!publicUrl.startsWith('https:')) return { cookiePrefix: 'project_sync' };
  const attributes = { secure: true, path: '/', sameSite: 'lax' } as const;
  return {
    cookies: {
      session_token: { name: '__Host-project_sync', attributes },
      [PASSKEY_COOKIE]: { name: '__Host-project_sync_passkey', attributes },
    },
    defaultCookieAttributes: { secure: true },
    useSecureCookies: false,
  };
}

function isFresh({ createdAt }: { readonly createdAt: Date }): boolean {
  return Date.now() - createdAt.getTime() < FRESH_SECONDS * 1000;
}

/** The JSON of a request, which stays to be read by others. */
function bodyOf(request: Request): Promise<unknown> {
  return request
    .clone()
    .json()
    .catch(() => null);
}

/** A path of the handler and its methods. */
interface Endpoint {
  readonly path: string;
  readonly methods: readonly string[];
}

/** Returns an endpoint's path and methods. Those that only the server calls have no path. */
function endpointOf(endpoint: object): Endpoint[] {
  const path: unknown = Reflect.get(endpoint, 'path');
  const options: unknown = Reflect.get(endpoint, 'options');
  const method: unknown = options instanceof Object ? Reflect.get(options, 'method') : null;
  return typeof path === 'string' ? [{ path, methods: [method].flat().map(String) }] : [];
}

import { randomUUID } from 'node:crypto';
import { announceRevoked, isInvited, recordAudit, type Database } from '@project-sync/db';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { genericOAuth, magicLink } from 'better-auth/plugins';
import type { AppSecrets } from './app-secret.ts';
import { githubSignIn, githubSite, type GitHubSignInOptions } from './github-sign-in.ts';
import {
  findProvider,
  isOfDomain,
  openidSignIn,
  type FoundProvider,
  type OpenidOptions,
} from './openid-sign-in.ts';
import { renewCookie } from './renew-cookie.ts';

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
/** GitHub's tokens have identified the user and are not needed again. A token that is not stored cannot leak. */
const withoutTokens = { accessToken: null, refreshToken: null, idToken: null };

/** The time after which a provider that did not answer is asked again. */
const ASK_AGAIN_MS = 10_000;

/**
 * Opens sign-in: sessions by cookie, passwords, GitHub, OpenID Connect, and single-use links. There is no open sign-up:
 * a provider's user enters only with an invitation, or with an address of a domain that the operator named.
 */
export function openPeople(options: PeopleOptions): People {
  return new People(options);
}

/** Sessions of people, and the ways to get one. */
export class People {
  readonly url: string;
  /** The GitHub website on which users agree to sign in; null where GitHub is not configured. */
  readonly githubSite: string | null;
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
    if (/\/(social|link-social|callback\/oidc)$/.test(new URL(request.url).pathname)) await this.openid();
    const headers = this.#renewed(request.headers);
    return this.#auth.handler(headers === request.headers ? request : new Request(request, { headers }));
  }

  /** Lists the paths that the handler serves. */
  get endpoints(): readonly Endpoint[] {
    return Object.values(this.#auth.api).flatMap(endpointOf);
  }

  /** Returns the session of a request's cookie. */
  async sessionOf(headers: Headers): Promise<{ userId: string; sessionId: string } | null> {
    const found = await this.#auth.api.getSession({ headers: this.#renewed(headers) });
    return found === null ? null : { userId: found.user.id, sessionId: found.session.id };
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
  async waysOf(
    headers: Headers,
  ): Promise<{ id: string; name: string; email: string; ways: readonly string[] } | null> {
    const found = await this.#auth.api.getSession({ headers: this.#renewed(headers) });
    if (found === null) return null;
    const accounts = await this.#auth.api.listUserAccounts({ headers: this.#renewed(headers) });
    const { id, name, email } = found.user;
    return { id, name, email, ways: accounts.map(({ providerId }) => providerId) };
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
    trustedOrigins: [new URL(publicUrl).origin],
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
    },
    session: { expiresIn: 30 * DAY, updateAge: DAY },
    account: { accountLinking: { enabled: true, allowDifferentEmails: true } },
    onAPIError: { errorURL: `${publicUrl}/sign-in` },
    advanced: {
      database: { generateId: () => randomUUID() },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      ...cookiesOf(publicUrl),
    },
    databaseHooks: databaseHooks(database, openid),
    // The server limits attempts itself, because it knows the address.
    rateLimit: { enabled: false },
    // Only the server creates links. A password is changed at `/api/account/password`, where tries are counted.
    disabledPaths: [
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
    cookies: { session_token: { name: '__Host-project_sync', attributes } },
    defaultCookieAttributes: { secure: true },
    useSecureCookies: false,
  };
}

interface PersonalAction {
  readonly userId: string;
  readonly action: string;
  readonly credential?: string;
  readonly address?: string | null | undefined;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Records what a user did with their own account. */
function record(
  database: Database,
  { userId, action, credential = undefined, address = null, detail = {} }: PersonalAction,
): Promise<void> {
  return recordAudit(database.system, {
    projectId: null,
    actorId: userId,
    action,
    subject: userId,
    detail,
    credential: credential ?? null,
    address: address === '' ? null : (address ?? null),
  });
}

/** A user who is shut out gets no session, whichever way they sign in. */
async function isShutOut({ prisma }: Database, userId: string): Promise<boolean> {
  const user = await prisma.user.findUnique({ where: { id: userId }, select: { shutOutAt: true } });
  return user === null || user.shutOutAt !== null;
}

/** The rule for new users, whom only a provider can bring: a verified address of an allowed domain, or an invitation. */
async function mayEnter(
  database: Database,
  openid: OpenidOptions | null,
  { email, emailVerified }: { readonly email: string; readonly emailVerified: boolean },
): Promise<boolean> {
  if (openid === null || !emailVerified) return false;
  return isOfDomain(openid, email) || isInvited(database, email.toLowerCase());
}

function databaseHooks(
  database: Database,
  openid: OpenidOptions | null,
): NonNullable<BetterAuthOptions['databaseHooks']> {
  return {
    // Other processes may carry streams of this session.
    session: {
      create: {
        before: async ({ userId }) => ((await isShutOut(database, userId)) ? false : undefined),
        after: ({ userId, id, ipAddress }) =>
          record(database, { userId, action: 'signIn', credential: `session ${id}`, address: ipAddress }),
      },
      delete: {
        after: async ({ userId, id, ipAddress }) => {
          await announceRevoked(database, userId);
          await record(database, {
            userId,
            action: 'signOut',
            credential: `session ${id}`,
            address: ipAddress,
          });
        },
      },
    },
    // The library marks an email as verified when its link is used, but our links are not sent by email. If it did, GitHub
    // would let the email's real owner into an account that an inviter created.
    user: {
      create: {
        before: async (user) => ((await mayEnter(database, openid, user)) ? undefined : false),
        after: ({ id }) => record(database, { userId: id, action: 'signUp', detail: { way: 'oidc' } }),
      },
      update: {
        before: (user, context) =>
          Promise.resolve(
            context?.path === '/magic-link/verify' ? { data: { ...user, emailVerified: false } } : undefined,
          ),
      },
    },
    account: {
      create: {
        before: (account) => Promise.resolve({ data: { ...account, ...withoutTokens } }),
        after: ({ userId, providerId }) =>
          record(database, { userId, action: 'addSignIn', detail: { way: providerId } }),
      },
      update: {
        before: (account) => Promise.resolve({ data: { ...account, ...withoutTokens } }),
        after: async ({ userId, providerId }) => {
          if (providerId === 'credential') await record(database, { userId, action: 'changePassword' });
        },
      },
    },
  };
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

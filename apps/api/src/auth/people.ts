import { randomUUID } from 'node:crypto';
import { announceRevoked, type Database } from '@project-sync/db';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { genericOAuth, magicLink } from 'better-auth/plugins';
import { githubSignIn, githubSite, type GitHubSignInOptions } from './github-sign-in.ts';

/** Sessions of people. */
export type People = ReturnType<typeof openPeople>;

/** What the sign-in of people is made of. */
export interface PeopleOptions {
  readonly database: Database;
  readonly secret: string;
  readonly publicUrl: string;
  readonly github: GitHubSignInOptions | null;
}

const DAY = 24 * 60 * 60;
/** Short ones are guessed. */
export const SHORTEST_PASSWORD = 12;
/** What GitHub gave to tell who somebody is has done its work then, and what is not kept cannot leak. */
const tokenless = { accessToken: null, refreshToken: null, idToken: null };

/** Opens the sign-in of people: sessions by cookie, passwords, GitHub, and single-use links. Nobody signs up unasked. */
export function openPeople({ database, secret, publicUrl, github }: PeopleOptions) {
  const links = new Map<string, string>();
  const isHttps = publicUrl.startsWith('https:');
  const auth = betterAuth({
    database: prismaAdapter(database.prisma, { provider: 'postgresql' }),
    secret,
    baseURL: publicUrl,
    basePath: '/api/auth',
    trustedOrigins: [new URL(publicUrl).origin],
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: SHORTEST_PASSWORD },
    session: { expiresIn: 30 * DAY, updateAge: DAY },
    account: { accountLinking: { enabled: true, allowDifferentEmails: true } },
    onAPIError: { errorURL: `${publicUrl}/sign-in` },
    advanced: {
      database: { generateId: () => randomUUID() },
      ...(isHttps
        ? {
            cookies: {
              session_token: {
                name: '__Host-project_sync',
                attributes: { secure: true, path: '/', sameSite: 'lax' },
              },
            },
            defaultCookieAttributes: { secure: true },
            useSecureCookies: false,
          }
        : { cookiePrefix: 'project_sync' }),
    },
    databaseHooks: {
      // Other processes may carry streams of this session.
      session: { delete: { after: ({ userId }) => announceRevoked(database, userId) } },
      // The library takes each link for one that came by mail. Ours are handed over, so using one shows nothing about an
      // address; were it taken as shown, GitHub would lead its true owner into an account that an inviter made.
      user: {
        update: {
          before: (user, asked) =>
            Promise.resolve(
              asked?.path === '/magic-link/verify' ? { data: { ...user, emailVerified: false } } : undefined,
            ),
        },
      },
      account: {
        create: { before: (account) => Promise.resolve({ data: { ...account, ...tokenless } }) },
        update: { before: (account) => Promise.resolve({ data: { ...account, ...tokenless } }) },
      },
    },
    // Tries are counted by the server, which knows from where they come.
    rateLimit: { enabled: false },
    // Links are made by the server alone, and handed out where it says.
    disabledPaths: ['/sign-in/magic-link'],
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [
      magicLink({
        disableSignUp: true,
        expiresIn: DAY,
        sendMagicLink: ({ email, token }) => {
          links.set(email, token);
        },
      }),
      ...(github === null ? [] : [genericOAuth({ config: [githubSignIn(github)] })]),
    ],
  });
  return {
    url: publicUrl,
    handler: auth.handler,
    /** Where GitHub asks people whether they want this; null where that is not configured. */
    githubSite: github === null ? null : githubSite(github.apiUrl),
    /** Everything that the handler answers. */
    endpoints: Object.values(auth.api).flatMap(endpointOf),
    /** Who a request's cookie speaks for. */
    async sessionOf(headers: Headers): Promise<{ userId: string; sessionId: string } | null> {
      const found = await auth.api.getSession({ headers });
      return found === null ? null : { userId: found.user.id, sessionId: found.session.id };
    },
    /** The token of a link that signs somebody in once. */
    async signInToken(email: string): Promise<string> {
      await auth.api.signInMagicLink({ body: { email }, headers: new Headers() });
      const token = links.get(email);
      links.delete(email);
      if (token === undefined) throw new Error('No sign-in link was made.');
      return token;
    },
    /** Where a sign-in token is turned into a session. */
    verifyPath: (token: string, next: string) =>
      `/api/auth/magic-link/verify?token=${encodeURIComponent(token)}&callbackURL=${encodeURIComponent(next)}`,
    /** By which ways the person of a session can come back; null without a session. */
    async waysOf(headers: Headers): Promise<{ email: string; ways: readonly string[] } | null> {
      const found = await auth.api.getSession({ headers });
      if (found === null) return null;
      const accounts = await auth.api.listUserAccounts({ headers });
      return { email: found.user.email, ways: accounts.map(({ providerId }) => providerId) };
    },
    /** Sets the session's person a password, or changes it when the old one is right, which ends their other sessions. */
    async setPassword(
      headers: Headers,
      { current, wanted }: { current: string | null; wanted: string },
    ): Promise<Response> {
      return current === null
        ? auth.api.setPassword({ headers, body: { newPassword: wanted }, asResponse: true })
        : auth.api.changePassword({
            headers,
            body: { currentPassword: current, newPassword: wanted, revokeOtherSessions: true },
            asResponse: true,
          });
    },
    signOut: (headers: Headers): Promise<Response> => auth.api.signOut({ headers, asResponse: true }),
    /** Where the session's person says at GitHub that an account there is theirs. */
    connectGitHub: (headers: Headers, next: string): Promise<Response> =>
      auth.api.linkSocialAccount({
        headers,
        body: { provider: 'github', callbackURL: next, errorCallbackURL: next, disableRedirect: true },
        asResponse: true,
      }),
  };
}

function endpointOf(endpoint: object): { path: string; methods: string[] }[] {
  const path: unknown = Reflect.get(endpoint, 'path');
  const options: unknown = Reflect.get(endpoint, 'options');
  const method: unknown = options instanceof Object ? Reflect.get(options, 'method') : null;
  // Some are there for the server alone, and have no path.
  return typeof path === 'string' ? [{ path, methods: [method].flat().map(String) }] : [];
}

import { randomUUID } from 'node:crypto';
import { announceRevoked, type Database } from '@project-sync/db';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { magicLink } from 'better-auth/plugins';

/** Sessions of people. */
export type People = ReturnType<typeof openPeople>;

const DAY = 24 * 60 * 60;

/** Opens the sign-in of people: sessions by cookie, passwords for those invited, and single-use links. */
export function openPeople(options: { database: Database; secret: string; publicUrl: string }) {
  const links = new Map<string, string>();
  const auth = betterAuth({
    database: prismaAdapter(options.database.prisma, { provider: 'postgresql' }),
    secret: options.secret,
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    trustedOrigins: [new URL(options.publicUrl).origin],
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
    session: { expiresIn: 30 * DAY, updateAge: DAY },
    advanced: {
      database: { generateId: () => randomUUID() },
      ...(options.publicUrl.startsWith('https:')
        ? {
            cookies: {
              session_token: {
                name: '__Host-project_sync',
                attributes: { secure: true, path: '/', sameSite: 'lax' },
              },
            },
            useSecureCookies: false,
          }
        : { cookiePrefix: 'project_sync' }),
    },
    // Other processes may carry streams of this session.
    databaseHooks: {
      session: { delete: { after: ({ userId }) => announceRevoked(options.database, userId) } },
    },
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
    ],
  });
  return {
    handler: auth.handler,
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
  };
}

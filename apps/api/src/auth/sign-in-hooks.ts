import { announceRevoked, isInvited, recordAudit, type Database } from '@project-sync/db';
import type { BetterAuthOptions } from 'better-auth';
import { isOfDomain, type OpenidOptions } from './openid-sign-in.ts';

/** GitHub's tokens have identified the user and are not needed again. A token that is not stored cannot leak. */
const withoutTokens = { accessToken: null, refreshToken: null, idToken: null };

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

/** Rules and records around the rows of users, sessions and accounts. */
export function signInHooks(
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

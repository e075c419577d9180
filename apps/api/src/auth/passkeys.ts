import { isIP } from 'node:net';
import { passkey } from '@better-auth/passkey';
import type { Database } from '@project-sync/db';
import { APIError } from 'better-auth/api';
import { z } from 'zod';

/** A passkey as its user sees it. */
export interface StoredPasskey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  /** Whether a password manager has copies of it on other devices. */
  readonly isSynced: boolean;
}

/** The name of the cookie that ties an answer to the challenge that this server gave. */
export const PASSKEY_COOKIE = 'passkey';

/** The library's paths by which a user's passkeys change. The account page has its own, which ask for a fresh sign-in. */
export const passkeyAccountPaths = [
  '/passkey/generate-register-options',
  '/passkey/verify-registration',
  '/passkey/list-user-passkeys',
  '/passkey/delete-passkey',
  '/passkey/update-passkey',
] as const;

/** The library's paths of signing in. */
export const passkeySignInPaths = [
  '/passkey/generate-authenticate-options',
  '/passkey/verify-authentication',
] as const;

/**
 * Returns the host that passkeys are bound to; null where browsers offer none: at a numeric address, and without HTTPS
 * anywhere but on the user's own machine.
 */
export function passkeyHost(publicUrl: string): string | null {
  const { protocol, hostname } = new URL(publicUrl);
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return null;
  return protocol === 'https:' || hostname === 'localhost' ? hostname : null;
}

/**
 * Configures passkeys. Each needs the device's own proof that its user is there, by a PIN, a finger or a face: a device
 * that was merely found signs no one in, so a passkey is two factors in one.
 */
export function passkeys(database: Database, publicUrl: string): ReturnType<typeof passkey> {
  const { origin, hostname } = new URL(publicUrl);
  return passkey({
    rpID: hostname,
    rpName: 'Project Sync',
    origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    advanced: { webAuthnChallengeCookie: PASSKEY_COOKIE },
    registration: {
      afterVerification: ({ verification }) =>
        requireProof(verification.registrationInfo?.userVerified ?? false),
    },
    authentication: {
      async afterVerification({ verification, clientData }) {
        requireProof(verification.authenticationInfo.userVerified);
        // The library would answer that the server failed.
        const found = await database.prisma.passkey.findUnique({
          where: { credentialID: clientData.id },
          select: { user: { select: { shutOutAt: true } } },
        });
        if (found?.user.shutOutAt !== null)
          throw new APIError('FORBIDDEN', { code: 'USER_SHUT_OUT', message: 'This user is shut out.' });
      },
    },
  });
}

function requireProof(isVerified: boolean): void {
  if (!isVerified)
    throw new APIError('BAD_REQUEST', {
      code: 'USER_NOT_VERIFIED',
      message: 'The device did not check who uses it.',
    });
}

const assertion = z.object({ response: z.object({ id: z.string().max(2000) }) });

/** Whether a body has the form of a signed challenge. The library would look for any value in place of the ID. */
export function isAssertion(body: unknown): boolean {
  return assertion.safeParse(body).success;
}

/** Lists a user's passkeys, the oldest first. */
export async function passkeysOf({ prisma }: Database, userId: string): Promise<StoredPasskey[]> {
  const rows = await prisma.passkey.findMany({
    where: { userId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true, name: true, createdAt: true, backedUp: true },
  });
  return rows.map(({ id, name, createdAt, backedUp }) => ({
    id,
    name: name ?? '',
    createdAt: createdAt.toISOString(),
    isSynced: backedUp,
  }));
}

/** Removes a passkey of a user. Returns its name; null where the user has no such passkey. */
export async function removePasskey(
  { prisma }: Database,
  { userId, id }: { readonly userId: string; readonly id: string },
): Promise<string | null> {
  const found = await prisma.passkey.findFirst({ where: { id, userId }, select: { name: true } });
  const { count } = await prisma.passkey.deleteMany({ where: { id, userId } });
  return found === null || count === 0 ? null : (found.name ?? '');
}

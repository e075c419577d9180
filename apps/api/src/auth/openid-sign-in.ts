import type { GenericOAuthConfig } from 'better-auth/plugins';
import { z } from 'zod';

/** The OpenID Connect provider for signing in. */
export interface OpenidOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The name on the button. */
  readonly name: string;
  /** The domains of e-mail addresses whose users may enter without an invitation. */
  readonly domains: readonly string[];
}

/** A provider whose endpoints are known. */
export interface FoundProvider {
  /** The origin of the page on which users agree. */
  readonly origin: string;
  readonly userInfoUrl: string | null;
}

const WITHIN_MS = 5000;

const discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  userinfo_endpoint: z.url().optional(),
  jwks_uri: z.url(),
  id_token_signing_alg_values_supported: z.array(z.string()).min(1),
});

// Some providers write the flag as text.
const claimsOf = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.stringbool()]).optional(),
  name: z.string().nullish(),
});
type Claims = z.infer<typeof claimsOf>;

/** Where a provider describes itself. */
function discoveryUrl({ issuer }: Pick<OpenidOptions, 'issuer'>): string {
  return `${withoutSlash(issuer)}/.well-known/openid-configuration`;
}

/**
 * Asks a provider for its endpoints; null where it does not answer, or describes another issuer. The library asks again
 * by itself, but without a limit of time, and all signing in would wait for it.
 */
export async function findProvider(options: Pick<OpenidOptions, 'issuer'>): Promise<FoundProvider | null> {
  const found = discovery.safeParse(await getJson(discoveryUrl(options)));
  if (!found.success || withoutSlash(found.data.issuer) !== withoutSlash(options.issuer)) return null;
  const { authorization_endpoint: authorize, userinfo_endpoint: userInfoUrl = null } = found.data;
  return { origin: new URL(authorize).origin, userInfoUrl };
}

/**
 * Configures signing in with any OpenID Connect provider. The library checks state, PKCE, nonce, and the token's
 * signature, issuer and audience; an answer without a token is not taken.
 */
export function openidSignIn(options: OpenidOptions, found: FoundProvider): GenericOAuthConfig<'oidc'> {
  return {
    providerId: 'oidc',
    name: options.name,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    discoveryUrl: discoveryUrl(options),
    requireIdTokenVerification: true,
    scopes: ['openid', 'email', 'profile'],
    async getUserInfo({ idToken, accessToken }) {
      const proven = claimsOf.safeParse(payloadOf(idToken)).data;
      if (proven === undefined) return null;
      const claims = proven.email === undefined ? await userInfo(found, proven, accessToken) : proven;
      if (claims?.email === undefined) return null;
      const { sub, email, email_verified: emailVerified = false, name } = claims;
      return { id: sub, sub, email, emailVerified, name: name ?? email.split('@', 1)[0] ?? email };
    },
  };
}

/** Whether the domain of an address is one of those that may enter. */
export function isOfDomain({ domains }: Pick<OpenidOptions, 'domains'>, email: string): boolean {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return domains.some((allowed) => allowed.toLowerCase() === domain);
}

/** Providers may keep the address out of the token. What they say of another subject is not taken for it. */
async function userInfo(
  { userInfoUrl }: FoundProvider,
  { sub }: Claims,
  accessToken: string | undefined,
): Promise<Claims | null> {
  if (userInfoUrl === null) return null;
  const told = claimsOf.safeParse(
    await getJson(userInfoUrl, { authorization: `Bearer ${accessToken ?? ''}` }),
  );
  return told.data?.sub === sub ? told.data : null;
}

/** The payload of a token that the library has verified before. */
function payloadOf(token: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

async function getJson(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  try {
    const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(WITHIN_MS) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

import type { GenericOAuthConfig } from 'better-auth/plugins';
import { z } from 'zod';

/** The OAuth application for signing in. */
export interface GitHubSignInOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** GitHub Enterprise's API; GitHub's own by default. */
  readonly apiUrl: string | undefined;
}

const profileOf = z.object({ id: z.number().int(), login: z.string(), name: z.string().nullish() });
const emailsOf = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/**
 * Configures signing in with GitHub or GitHub Enterprise. Only existing users can sign in: by an account that they
 * connected themselves, or by their primary email, which GitHub must have verified.
 */
export function githubSignIn(options: GitHubSignInOptions): GenericOAuthConfig<'github'> {
  const api = (options.apiUrl ?? 'https://api.github.com').replace(/\/+$/, '');
  const site = githubSite(options.apiUrl);
  return {
    providerId: 'github',
    name: 'GitHub',
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    authorizationUrl: `${site}/login/oauth/authorize`,
    tokenUrl: `${site}/login/oauth/access_token`,
    scopes: ['read:user', 'user:email'],
    disableSignUp: true,
    authorizationHeaders: { accept: 'application/json' },
    async getUserInfo({ accessToken }) {
      const get = async (path: string): Promise<unknown> => {
        const headers = { authorization: `Bearer ${accessToken ?? ''}`, 'user-agent': 'project-sync' };
        const response = await fetch(`${api}${path}`, { headers, signal: AbortSignal.timeout(10_000) });
        return response.ok ? response.json() : null;
      };
      const profile = profileOf.safeParse(await get('/user'));
      const emails = emailsOf.safeParse(await get('/user/emails'));
      const primary = emails.data?.find((email) => email.primary);
      if (profile.data === undefined || primary === undefined) return null;
      return {
        id: profile.data.id,
        name: profile.data.name ?? profile.data.login,
        email: primary.email,
        emailVerified: primary.verified,
      };
    },
  };
}

/** Returns the website of a GitHub API. */
export function githubSite(apiUrl: string | undefined): string {
  if (apiUrl === undefined) return 'https://github.com';
  const { protocol, host } = new URL(apiUrl);
  return `${protocol}//${host.replace(/^api\./, '')}`;
}

import type { Configuration } from '../configuration.ts';
import type { GitHubSignInOptions } from './github-sign-in.ts';
import type { OpenidOptions } from './openid-sign-in.ts';

/** Returns the OAuth application for GitHub; null where none is configured. */
export function githubOf({
  GITHUB_CLIENT_ID: clientId,
  GITHUB_CLIENT_SECRET: clientSecret,
  GITHUB_API_URL: apiUrl,
}: Configuration): GitHubSignInOptions | null {
  return clientId === undefined || clientSecret === undefined ? null : { clientId, clientSecret, apiUrl };
}

/** Returns the OpenID Connect provider for signing in; null where none is configured. */
export function openidOf(configuration: Configuration): OpenidOptions | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = configuration;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return null;
  const { OIDC_NAME: name, OIDC_DOMAINS: domains } = configuration;
  return { issuer, clientId, clientSecret, name, domains };
}

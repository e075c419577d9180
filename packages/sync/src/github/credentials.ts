import { createHash, createSign } from 'node:crypto';

/** The credentials of a source. */
export type Credentials =
  { readonly kind: 'anonymous' } | { readonly kind: 'token'; readonly token: string } | AppCredentials;

/** A GitHub App's installation: its private key signs for short-lived tokens. */
export interface AppCredentials {
  readonly kind: 'app';
  readonly appId: string;
  readonly installationId: string;
  readonly privateKey: string;
}

/** Names an account without revealing its secret: the key under which sources share one limiter. */
export function accountOf(apiUrl: string, credentials: Credentials): string {
  switch (credentials.kind) {
    case 'anonymous':
      return `${apiUrl} anonymous`;
    case 'token':
      return `${apiUrl} token ${createHash('sha256').update(credentials.token).digest('hex')}`;
    case 'app':
      return `${apiUrl} installation ${credentials.appId} ${credentials.installationId}`;
  }
}

/** Signs the JWT with which an App requests an installation token. It lives nine minutes; GitHub allows ten. */
export function appJwt(app: { appId: string; privateKey: string }, now: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(now / 1000);
  // Backdated by a minute, because clocks differ and GitHub rejects a JWT issued in its future.
  const claims = { iat: seconds - 60, exp: seconds + 540, iss: app.appId };
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(app.privateKey, 'base64url')}`;
}

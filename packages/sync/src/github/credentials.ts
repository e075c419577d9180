import { createHash, createSign } from 'node:crypto';

/** How a source proves who asks. */
export type Credentials =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      readonly installationId: string;
      readonly privateKey: string;
    };

/** Names the account without revealing it: what one limiter is shared under. */
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

/** The signed statement by which an App asks for an installation's token. It lives nine minutes; GitHub allows ten. */
export function appJwt(app: { appId: string; privateKey: string }, now: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(now / 1000);
  // A minute back, because clocks differ and GitHub refuses what was issued in its future.
  const claims = { iat: seconds - 60, exp: seconds + 540, iss: app.appId };
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(app.privateKey, 'base64url')}`;
}

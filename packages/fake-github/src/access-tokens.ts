import { createPublicKey, verify } from 'node:crypto';
import type { FakeClock } from './clock.ts';
import type { FakeToken } from './hosted-repositories.ts';
import { tokenHash } from './request-log.ts';
import type { RestAnswer } from './rest-api.ts';

/** An App whose installations can request tokens; the key is its public half. */
export interface FakeApp {
  readonly appId: string;
  readonly publicKey: string;
  readonly installations: readonly string[];
}

/** The settings of access. Without `tokens`, every token may do everything. */
export interface AccessOptions {
  readonly tokens?: Readonly<Record<string, FakeToken>>;
  readonly apps?: readonly FakeApp[];
  readonly clock: FakeClock;
}

const TOKEN_LIFETIME = 3_600_000;

/** The tokens that are accepted: configured ones, and those issued to installations of Apps. */
export class AccessTokens {
  readonly #options: AccessOptions;
  readonly #revoked = new Set<string>();
  readonly #expiries = new Map<string, number>();

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  revoke(token: string): void {
    this.#revoked.add(token);
  }

  /** Returns the rights of a token; null if it is unknown, revoked or expired. */
  viewerOf(token: string): FakeToken | null {
    const { tokens, clock } = this.#options;
    if (this.#revoked.has(token)) return null;
    const expiry = this.#expiries.get(token);
    if (expiry !== undefined) return clock.now() < expiry ? { login: 'app[bot]', scopes: ['repo'] } : null;
    return tokens === undefined ? { scopes: ['repo'] } : (tokens[token] ?? null);
  }

  /** Issues an installation token to an App that proves itself by its signature. */
  issue(jwt: string, installation: string): RestAnswer {
    const { apps = [], clock } = this.#options;
    const app = apps.find((one) => isSignedBy(one, jwt));
    if (app === undefined) return { status: 401, json: { message: 'A JSON web token could not be decoded' } };
    if (!app.installations.includes(installation)) return { status: 404, json: { message: 'Not Found' } };
    const expiry = clock.now() + TOKEN_LIFETIME;
    const token = `ghs_${tokenHash(`${installation} ${this.#expiries.size}`)}`;
    this.#expiries.set(token, expiry);
    return { status: 201, json: { token, expires_at: new Date(expiry).toISOString() } };
  }
}

function isSignedBy(app: FakeApp, jwt: string): boolean {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  return verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    createPublicKey(app.publicKey),
    Buffer.from(signature, 'base64url'),
  );
}

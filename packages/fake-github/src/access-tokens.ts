import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
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
  /** Codes that an operator's browser brought back from creating an App. Each works once. */
  readonly manifestCodes?: readonly string[];
  readonly clock: FakeClock;
}

const TOKEN_LIFETIME = 3_600_000;

/** The tokens that are accepted: configured ones, and those issued to installations of Apps. */
export class AccessTokens {
  readonly #options: AccessOptions;
  readonly #revoked = new Set<string>();
  readonly #expiries = new Map<string, number>();
  readonly #apps: FakeApp[];
  readonly #codes: Set<string>;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#apps = [...(options.apps ?? [])];
    this.#codes = new Set(options.manifestCodes);
  }

  /** Exchanges a code for an App that is installed for every repository. */
  convert(code: string): RestAnswer {
    if (!this.#codes.delete(code)) return { status: 404, json: { message: 'Not Found' } };
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    const id = 4000 + this.#apps.length;
    this.#apps.push({ appId: String(id), publicKey, installations: ['77'] });
    const page = 'https://github.com/apps/project-sync';
    const secrets = {
      pem: privateKey,
      webhook_secret: `whs-${id}`,
      client_id: 'Iv1.fake',
      client_secret: 'none',
    };
    return {
      status: 201,
      json: { id, slug: 'project-sync', name: 'Project Sync', html_url: page, ...secrets },
    };
  }

  /** Answers an App that asks for its installation at a repository. */
  installation(jwt: string): RestAnswer {
    const [id] = this.#apps.find((one) => isSignedBy(one, jwt))?.installations ?? [];
    return id === undefined
      ? { status: 401, json: { message: 'A JSON web token could not be decoded' } }
      : { status: 200, json: { id: Number(id) } };
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
    const { clock } = this.#options;
    const app = this.#apps.find((one) => isSignedBy(one, jwt));
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

import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** The claims of the provider's next user, who always agrees, and the faults of its next token. */
export interface FakeAccount {
  sub: string;
  email?: string | undefined;
  email_verified?: boolean | undefined;
  /** Claims of the token that differ from what they should be. */
  wrong: Record<string, unknown>;
  isForged: boolean;
  /** The answer of the endpoint about the user. */
  info: Record<string, unknown>;
  isAway: boolean;
}

interface Agreed {
  readonly challenge: string;
  readonly nonce: string | null;
  readonly redirect: string | null;
}

interface Client {
  readonly id: string;
  readonly secret: string;
}

/** A small OpenID Connect provider with signed tokens: discovery, keys, authorization code with PKCE, and user info. */
export async function fakeOpenidProvider(client: Client, account: FakeAccount) {
  const provider = new Provider(client, account);
  const server = createServer((request, response) => {
    void provider.answer(request, response).then(([status, body]) => {
      if (status !== 302)
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  provider.issuer = `http://127.0.0.1:${address instanceof Object ? address.port : 0}`;
  return { issuer: provider.issuer, close: () => new Promise((resolve) => server.close(resolve)) };
}

class Provider {
  issuer = '';
  readonly #client: Client;
  readonly #account: FakeAccount;
  readonly #own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #agreed = new Map<string, Agreed>();

  constructor(client: Client, account: FakeAccount) {
    this.#client = client;
    this.#account = account;
  }

  /** Returns a status with the body; a redirect is sent already. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<[status: number, body: unknown]> {
    const { issuer } = this;
    const url = new URL(request.url ?? '/', issuer);
    if (this.#account.isAway) return [503, {}];
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return [
          200,
          {
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            userinfo_endpoint: `${issuer}/userinfo`,
            jwks_uri: `${issuer}/keys`,
            id_token_signing_alg_values_supported: ['RS256'],
          },
        ];
      case '/keys':
        return [
          200,
          { keys: [{ ...this.#own.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256' }] },
        ];
      case '/authorize':
        response.writeHead(302, { location: this.#agree(url.searchParams) }).end();
        return [302, null];
      case '/token':
        return this.#token(new URLSearchParams(await text(request)));
      case '/userinfo':
        return request.headers.authorization === 'Bearer kept-nowhere'
          ? [200, this.#account.info]
          : [401, {}];
      default:
        return [404, {}];
    }
  }

  #agree(asked: URLSearchParams): string {
    const code = `code-${this.#agreed.size}`;
    const redirect = asked.get('redirect_uri');
    const challenge = asked.get('code_challenge') ?? '';
    this.#agreed.set(code, { challenge, nonce: asked.get('nonce'), redirect });
    const back = new URL(redirect ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.get('state') ?? '');
    return back.href;
  }

  #token(form: URLSearchParams): [status: number, body: unknown] {
    const code = this.#agreed.get(form.get('code') ?? '');
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      form.get('client_id') === this.#client.id &&
      form.get('client_secret') === this.#client.secret &&
      code?.redirect === form.get('redirect_uri') &&
      code?.challenge === proof;
    if (!isRight) return [400, { error: 'invalid_grant' }];
    const { sub, email, email_verified, wrong, isForged } = this.#account;
    const now = Math.floor(Date.now() / 1000);
    const idToken = signed((isForged ? this.#foreign : this.#own).privateKey, {
      ...{ iss: this.issuer, aud: this.#client.id, sub, nonce: code.nonce, email, email_verified },
      ...{ iat: now, exp: now + 300 },
      ...wrong,
    });
    return [200, { access_token: 'kept-nowhere', token_type: 'Bearer', expires_in: 300, id_token: idToken }];
  }
}

function signed(key: KeyObject, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'RS256', kid: 'k', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${createSign('RSA-SHA256').update(body).sign(key, 'base64url')}`;
}

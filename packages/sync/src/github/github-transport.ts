import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { Clock } from '../http-api/clock.ts';
import { fieldsOf, parseJson, stringOf } from '../http-api/json.ts';
import { limiterOf } from '../http-api/limiter.ts';
import {
  Transport,
  type ApiRequest,
  type Authorization,
  type OnBudget,
  type Protocol,
} from '../http-api/transport.ts';
import { accountOf, appJwt, type AppCredentials, type Credentials } from './credentials.ts';
import { judgeAnswer, leftOf, resetOf } from './judge-answer.ts';

/** GitHub counts GraphQL points and REST requests separately. */
export type Budget = 'graphql' | 'core';

/** The settings of a transport to GitHub. */
export interface GitHubTransportOptions {
  readonly apiUrl: string;
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** Milliseconds without data after which an answer is given up. */
  readonly silence: number;
  readonly onBudget?: OnBudget | undefined;
}

/** An installation token lives an hour; it is replaced this long before it expires. */
const RENEW_BEFORE = 5 * 60_000;

const protocol: Protocol = {
  judge: (answer, request, now) =>
    judgeAnswer(
      answer,
      {
        graphql: request.budget === ('graphql' satisfies Budget),
        parts: request.splittable,
        accepts: request.accepts,
      },
      now,
    ),
  resetOf,
  leftOf,
  unauthorized,
};

/** Opens a transport to GitHub, or to an Enterprise server, with the given credentials. */
export function githubTransport(options: GitHubTransportOptions): Transport {
  const { apiUrl, credentials, clock, silence, onBudget } = options;
  const service = 'GitHub';
  const limiter = limiterOf(accountOf(apiUrl, credentials), clock, service);
  const usage = { requests: 0, bytes: 0 };
  const transportWith = (authorization: Authorization): Transport =>
    new Transport({ service, silence, usage, clock, limiter, protocol, authorization, onBudget });
  switch (credentials.kind) {
    case 'anonymous':
      return transportWith(fixed(null));
    case 'token':
      return transportWith(fixed(`Bearer ${credentials.token}`));
    case 'app':
      return transportWith(
        new InstallationAuthorization(credentials, options, (jwt) => transportWith(fixed(`Bearer ${jwt}`))),
      );
  }
}

function fixed(header: string | null): Authorization {
  return { header: () => Promise.resolve(header), renew: () => false };
}

/** Exchanges an App's signature for an installation token, and keeps it until shortly before it expires. */
class InstallationAuthorization implements Authorization {
  readonly #app: AppCredentials;
  readonly #options: GitHubTransportOptions;
  readonly #transportAs: (jwt: string) => Transport;
  #current: { token: string; expiresAt: number } | null = null;

  constructor(app: AppCredentials, options: GitHubTransportOptions, transportAs: (jwt: string) => Transport) {
    this.#app = app;
    this.#options = options;
    this.#transportAs = transportAs;
  }

  async header(call: SourceCall): Promise<string> {
    const now = this.#options.clock.now();
    if (this.#current === null || this.#current.expiresAt - RENEW_BEFORE <= now)
      this.#current = await this.#request(now, call);
    return `Bearer ${this.#current.token}`;
  }

  renew(): boolean {
    this.#current = null;
    return true;
  }

  async #request(now: number, call: SourceCall): Promise<{ token: string; expiresAt: number }> {
    const { apiUrl, clock } = this.#options;
    const request: ApiRequest = {
      method: 'POST',
      url: `${apiUrl}/app/installations/${encodeURIComponent(this.#app.installationId)}/access_tokens`,
      headers: { accept: 'application/vnd.github+json' },
      budget: 'core' satisfies Budget,
      accepts: (json) => stringOf(fieldsOf(json)?.['token']) !== null,
      splittable: false,
    };
    const answer = await this.#transportAs(appJwt(this.#app, now)).send(request, call);
    const fields = fieldsOf(parseJson(answer.body));
    const token = stringOf(fields?.['token']);
    if (token === null) throw unauthorized();
    const expiresAt = Date.parse(stringOf(fields?.['expires_at']) ?? '') || clock.now() + 3_600_000;
    return { token, expiresAt };
  }
}

function unauthorized(): SyncError {
  return new SyncError(
    'AUTHENTICATION_FAILED',
    'GitHub rejects the token: it is wrong, expired or revoked. Enter a new one, or check the App and its key.',
  );
}

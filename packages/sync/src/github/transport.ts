import { performance } from 'node:perf_hooks';
import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { Clock } from '../http-api/clock.ts';
import { accountOf, appJwt, type Credentials } from './credentials.ts';
import { fieldsOf, parseJson, textOf } from '../http-api/json.ts';
import { judgeAnswer, resetOf, type Answer } from './judge-answer.ts';
import { limiterOf, type Budget, type Limiter } from '../http-api/limiter.ts';

/** One request to the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly budget: Budget;
  /** Whether this JSON is an answer to the question; what is not is asked for again. */
  readonly accepts: (json: unknown) => boolean;
  /** A question of many parts: after two failures the asker makes it smaller instead of repeating it. */
  readonly splittable: boolean;
  /** An asker who looks at the address by itself; all others are led on within GitHub alone. */
  readonly showRedirect?: boolean;
}

/** What a transport is made of. */
export interface TransportOptions {
  readonly apiUrl: string;
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** How long an answer may stay silent. */
  readonly silence: number;
}

const ATTEMPTS = 4;
const LIMIT_ANSWERS = 6;
/** GitHub gives up a query after ten seconds; a failure that took so long was no hiccup. */
const SLOW = 5_000;
const RENEW_BEFORE = 5 * 60_000;

/** The one place that talks to GitHub: it waits for limits, tries again, and gives whole answers or a `SyncError`. */
export class Transport {
  readonly usage = { requests: 0, bytes: 0 };
  readonly #options: TransportOptions;
  readonly #limiter: Limiter;
  #installation: { token: string; expiresAt: number } | null = null;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#limiter = limiterOf(accountOf(options.apiUrl, options.credentials), options.clock);
  }

  get anonymous(): boolean {
    return this.#options.credentials.kind === 'anonymous';
  }

  async send(request: ApiRequest, call: SourceCall): Promise<Answer> {
    const authorization = await this.#authorization(call);
    return this.#send(request, { authorization, renew: this.#options.credentials.kind === 'app' }, call);
  }

  /** A download from an address that the API gave; the address carries its own permission. */
  async *download(url: string, call: SourceCall): AsyncGenerator<Uint8Array> {
    const silent = new AbortController();
    const signal = AbortSignal.any([call.signal, silent.signal]);
    const watch = (): NodeJS.Timeout =>
      setTimeout(() => silent.abort(new Error('GitHub fell silent.')), this.#options.silence);
    let timer = watch();
    try {
      this.usage.requests += 1;
      const response = await fetch(url, {
        signal,
        redirect: 'error',
        headers: { 'user-agent': 'project-sync' },
      });
      if (!response.ok || response.body === null)
        throw new Error(`The download answered with status ${response.status}.`);
      for await (const chunk of response.body) {
        clearTimeout(timer);
        this.usage.bytes += chunk.byteLength;
        yield chunk;
        timer = watch();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #send(
    request: ApiRequest,
    access: { authorization: string | null; renew: boolean },
    call: SourceCall,
  ): Promise<Answer> {
    const { clock } = this.#options;
    let failures = 0;
    let limits = 0;
    let { authorization, renew } = access;
    for (;;) {
      const started = performance.now();
      const outcome = await this.#limiter.run(request.budget, call, async () => {
        const answer = await this.#once(request, authorization, call);
        // The window is shut before the next in the line gets its turn.
        if (answer instanceof SyncError) return answer;
        const verdict = judgeAnswer(
          answer,
          { graphql: request.budget === 'graphql', parts: request.splittable },
          clock.now(),
          request.accepts,
        );
        const reset = resetOf(answer.headers);
        if (reset !== null) this.#limiter.close(request.budget, reset);
        if (verdict.kind === 'limited') {
          const until = verdict.until ?? clock.now() + 60_000 * 2 ** limits;
          if (verdict.primary) this.#limiter.close(request.budget, until);
          else this.#limiter.closeAll(until);
        }
        return { answer, verdict };
      });
      let failure: SyncError;
      let split = false;
      if (outcome instanceof SyncError) failure = outcome;
      else {
        const { answer, verdict } = outcome;
        if (verdict.kind === 'good' || verdict.kind === 'refused') return answer;
        if (verdict.kind === 'limited') {
          limits += 1;
          if (limits < LIMIT_ANSWERS) continue;
          throw new SyncError(
            'RATE_LIMITED',
            'GitHub keeps limiting this token. Try again later or use another token.',
            { retryable: true },
          );
        }
        if (verdict.kind === 'unauthorized') {
          if (!renew) throw unauthorized();
          renew = false;
          this.#installation = null;
          authorization = await this.#authorization(call);
          continue;
        }
        const code = verdict.invalid ? 'SOURCE_INVALID_RESPONSE' : 'SOURCE_UNAVAILABLE';
        failure = new SyncError(code, `${verdict.why.replace(/\.$/, '')}. Try again later.`, {
          retryable: true,
        });
        split = verdict.split && performance.now() - started > SLOW;
      }
      failures += 1;
      if (!failure.retryable || split || failures >= (request.splittable ? 2 : ATTEMPTS)) throw failure;
      await clock.sleep(1000 * 2 ** (failures - 1), call.signal);
    }
  }

  /** One exchange, its body read to the end; what comes over the network as an error is returned as one. */
  async #once(
    request: ApiRequest,
    authorization: string | null,
    call: SourceCall,
  ): Promise<Answer | SyncError> {
    const silent = new AbortController();
    const timer = setTimeout(() => silent.abort(), this.#options.silence);
    let url = request.url;
    try {
      for (let hops = 0; hops < 4; hops += 1) {
        this.usage.requests += 1;
        const response = await fetch(url, {
          method: request.method,
          headers: {
            'user-agent': 'project-sync',
            ...request.headers,
            ...(authorization === null ? {} : { authorization }),
          },
          ...(request.body === undefined ? {} : { body: request.body }),
          redirect: 'manual',
          signal: AbortSignal.any([call.signal, silent.signal]),
        });
        const parts: Uint8Array[] = [];
        for await (const part of response.body ?? []) {
          // A long answer may take its time, as long as something of it comes.
          timer.refresh();
          parts.push(part);
        }
        const body = Buffer.concat(parts);
        this.usage.bytes += body.length;
        const location = response.headers.get('location');
        if (response.status < 300 || response.status >= 400 || location === null) {
          return { status: response.status, headers: response.headers, body };
        }
        if (request.showRedirect === true)
          return { status: response.status, headers: response.headers, body };
        const next = new URL(location, url);
        if (request.method !== 'GET' || next.origin !== new URL(url).origin) {
          return new SyncError(
            'HOST_NOT_ALLOWED',
            `GitHub's answer points to ${next.host}, which was not followed. Check the API's address.`,
          );
        }
        url = next.href;
      }
      return new SyncError('SOURCE_INVALID_RESPONSE', 'GitHub redirects in a circle.');
    } catch (cause) {
      call.signal.throwIfAborted();
      if (silent.signal.aborted)
        return new SyncError('SOURCE_TIMEOUT', 'GitHub did not answer in time. Try again later.', {
          retryable: true,
          cause,
        });
      return new SyncError('SOURCE_UNAVAILABLE', 'The connection to GitHub broke off. Try again later.', {
        retryable: true,
        cause,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async #authorization(call: SourceCall): Promise<string | null> {
    const { credentials, clock, apiUrl } = this.#options;
    if (credentials.kind === 'anonymous') return null;
    if (credentials.kind === 'token') return `Bearer ${credentials.token}`;
    if (this.#installation === null || this.#installation.expiresAt - RENEW_BEFORE <= clock.now()) {
      const request: ApiRequest = {
        method: 'POST',
        url: `${apiUrl}/app/installations/${encodeURIComponent(credentials.installationId)}/access_tokens`,
        headers: { accept: 'application/vnd.github+json' },
        budget: 'core',
        accepts: (json) => textOf(fieldsOf(json)?.['token']) !== null,
        splittable: false,
      };
      const authorization = `Bearer ${appJwt(credentials, clock.now())}`;
      const answer = await this.#send(request, { authorization, renew: false }, call);
      const fields = fieldsOf(parseJson(answer.body));
      const token = textOf(fields?.['token']);
      if (token === null) throw unauthorized();
      this.#installation = {
        token,
        expiresAt: Date.parse(textOf(fields?.['expires_at']) ?? '') || clock.now() + 3_600_000,
      };
    }
    return `Bearer ${this.#installation.token}`;
  }
}

function unauthorized(): SyncError {
  return new SyncError(
    'AUTHENTICATION_FAILED',
    'GitHub refuses the token: it is wrong, expired or revoked. Enter a new one, or check the App and its key.',
  );
}

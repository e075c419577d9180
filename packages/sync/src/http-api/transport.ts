import { performance } from 'node:perf_hooks';
import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { Clock } from './clock.ts';
import { download, exchange, type Answer, type Connection, type HttpRequest } from './exchange.ts';
import type { Limiter } from './limiter.ts';

/** One request to an API. */
export interface ApiRequest extends HttpRequest {
  /** The rate-limit budget it counts against. */
  readonly budget: string;
  /** Tells whether this JSON answers the question; any other is asked for again. */
  readonly accepts: (json: unknown) => boolean;
  /** A query of many parts: after two failures the caller splits it instead of repeating it. */
  readonly splittable: boolean;
}

/** The meaning of an answer for the request behind it. */
export type Verdict =
  | { readonly kind: 'good' }
  /** Try again at that time; null if the service does not say when. */
  | { readonly kind: 'limited'; readonly until: number | null; readonly primary: boolean }
  | { readonly kind: 'unauthorized' }
  /** Worth another attempt; `split` says that a smaller query has better chances. */
  | { readonly kind: 'transient'; readonly why: string; readonly split: boolean; readonly invalid: boolean }
  | { readonly kind: 'refused' };

/** The credential of a transport. */
export interface Authorization {
  /** The value of the Authorization header; null for anonymous requests. */
  header(call: SourceCall): Promise<string | null>;
  /** Discards a header that was rejected; false if no other can be obtained. */
  renew(): boolean;
}

/** The rest of a rate limit, and when it is full again, in milliseconds since 1970. */
export interface BudgetLeft {
  readonly remaining: number;
  readonly resetAt: number;
}

/** Receives what is left of a budget after each answer. */
export type OnBudget = (budget: string, left: BudgetLeft) => void;

/** The rules of one service. */
export interface Protocol {
  judge(answer: Answer, request: ApiRequest, now: number): Verdict;
  /** The time at which the budget is available again, if the answer says that it is used up. */
  resetOf(headers: Headers): number | null;
  /** Reads the rest of the budget from an answer; null where it does not say. */
  leftOf(headers: Headers): BudgetLeft | null;
  /** The error for a rejected credential. */
  unauthorized(): SyncError;
}

/** The parts of a transport. */
export interface TransportOptions extends Connection {
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly protocol: Protocol;
  readonly authorization: Authorization;
  readonly onBudget?: OnBudget | undefined;
}

const MAX_ATTEMPTS = 4;
const MAX_ATTEMPTS_SPLITTABLE = 2;
const MAX_LIMITED_ANSWERS = 6;
/** Services give up a query after some ten seconds: a failure that took this long was no hiccup. */
const SLOW = 5_000;

type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'limited' }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'failure'; readonly error: SyncError; readonly split: boolean };

/** Talks to an API: it waits for rate limits, retries, and returns complete answers or throws a `SyncError`. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get usage(): Readonly<{ requests: number; bytes: number }> {
    return this.#options.usage;
  }

  async send(request: ApiRequest, call: SourceCall): Promise<Answer> {
    const { authorization, protocol, clock } = this.#options;
    let header = await authorization.header(call);
    let renewed = false;
    let failures = 0;
    let limits = 0;
    for (;;) {
      const outcome = await this.#attempt(request, { header, limits }, call);
      switch (outcome.kind) {
        case 'answer':
          return outcome.answer;
        case 'limited':
          limits += 1;
          if (limits >= MAX_LIMITED_ANSWERS) throw this.#stillLimited();
          continue;
        case 'unauthorized':
          if (renewed || !authorization.renew()) throw protocol.unauthorized();
          renewed = true;
          header = await authorization.header(call);
          continue;
        case 'failure': {
          failures += 1;
          const attempts = request.splittable ? MAX_ATTEMPTS_SPLITTABLE : MAX_ATTEMPTS;
          if (!outcome.error.retryable || outcome.split || failures >= attempts) throw outcome.error;
          await clock.sleep(1000 * 2 ** (failures - 1), call.signal);
        }
      }
    }
  }

  /** Streams a download from an address that the API returned. */
  download(url: string, call: SourceCall): AsyncGenerator<Uint8Array> {
    return download(url, this.#options, call);
  }

  /** One attempt, with its verdict. A rate limit takes effect before the next request in the queue gets its turn. */
  async #attempt(
    request: ApiRequest,
    { header, limits }: { header: string | null; limits: number },
    call: SourceCall,
  ): Promise<Outcome> {
    const { limiter, clock, protocol, onBudget } = this.#options;
    const started = performance.now();
    const authorized =
      header === null ? request : { ...request, headers: { ...request.headers, authorization: header } };
    return limiter.run(request.budget, call, async () => {
      const answer = await exchange(authorized, this.#options, call);
      if (answer instanceof SyncError) return { kind: 'failure', error: answer, split: false };
      const now = clock.now();
      const verdict = protocol.judge(answer, request, now);
      const left = protocol.leftOf(answer.headers);
      if (left !== null) onBudget?.(request.budget, left);
      const reset = protocol.resetOf(answer.headers);
      if (reset !== null) limiter.close(request.budget, reset);
      switch (verdict.kind) {
        case 'good':
        case 'refused':
          return { kind: 'answer', answer };
        case 'unauthorized':
          return verdict;
        case 'limited': {
          const until = verdict.until ?? now + 60_000 * 2 ** limits;
          if (verdict.primary) limiter.close(request.budget, until);
          else limiter.closeAll(until);
          return { kind: 'limited' };
        }
        case 'transient': {
          const code = verdict.invalid ? 'SOURCE_INVALID_RESPONSE' : 'SOURCE_UNAVAILABLE';
          const message = `${verdict.why.replace(/\.$/, '')}. Try again later.`;
          return {
            kind: 'failure',
            error: new SyncError(code, message, { retryable: true }),
            split: verdict.split && performance.now() - started > SLOW,
          };
        }
      }
    });
  }

  #stillLimited(): SyncError {
    return new SyncError(
      'RATE_LIMITED',
      `${this.#options.service} keeps limiting this token. Try again later or use another token.`,
      { retryable: true },
    );
  }
}

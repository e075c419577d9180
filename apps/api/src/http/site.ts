import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticator } from '../auth/authenticate.ts';
import { openLiveCredentials, type LiveCredentials } from '../auth/live-credentials.ts';
import type { People } from '../auth/people.ts';
import type { Application } from '../compose.ts';
import type { Viewer } from '../graphql/context.ts';
import { schema } from '../schema/schema.ts';
import { clientAddress, type AddressOf } from './client-address.ts';
import { openGraphql } from './graphql.ts';
import { unitsOfBytes } from './limit-cost.ts';
import { ownOrigins } from './public-url.ts';
import { credentialOf, type RequestBudget } from './request-budget.ts';
import { sendProblem } from './respond.ts';
import { signInBudgets, type SignInBudgets } from './sign-in-budgets.ts';
import { StreamPlaces } from './stream-places.ts';

/** Everything that the routes of one server share. */
export interface Site {
  readonly application: Application;
  /** The public URL, without a slash at its end. */
  readonly url: string;
  readonly people: People;
  readonly live: LiveCredentials;
  readonly streams: StreamPlaces;
  readonly budget: RequestBudget;
  readonly signInBudgets: SignInBudgets;
  readonly yoga: ReturnType<typeof openGraphql>;
  /** Identifies the caller. Null without credentials; invalid ones are refused by throwing. */
  readonly authenticate: (headers: Headers) => Promise<Viewer | null>;
  readonly isOriginAllowed: (origin: string | undefined) => boolean;
  /** The address of a request's client, behind the proxies that are trusted. */
  readonly addressOf: AddressOf;
  /** Set once the server stops: it still answers, and says so to load balancers. */
  readonly state: { isDraining: boolean };
  /** Origins of other sites whose pages may call the API with a key. */
  readonly corsOrigins: ReadonlySet<string>;
}

/** Opens the parts that routes share. */
export async function openSite(application: Application, url: string, budget: RequestBudget): Promise<Site> {
  const { services, database, log, configuration, metrics } = application;
  const people = await application.people(url);
  const identify = authenticator(database, people);
  const authenticate = async (headers: Headers): Promise<Viewer | null> => {
    const viewer = await identify(headers);
    const credential = credentialOf({
      authorization: headers.get('authorization'),
      cookie: headers.get('cookie'),
    });
    if (viewer !== null && credential !== null) budget.know(credential);
    return viewer;
  };
  const live = await openLiveCredentials(database);
  const origins = ownOrigins(url);
  const addressOf = clientAddress(application.configuration.TRUSTED_PROXIES);
  const corsOrigins = new Set(configuration.CORS_ORIGINS);
  const streams = new StreamPlaces({
    perUser: configuration.STREAMS_PER_USER,
    perAddress: configuration.STREAMS_PER_ADDRESS,
  });
  return {
    application,
    url,
    people,
    live,
    streams,
    budget,
    signInBudgets: signInBudgets(),
    yoga: openGraphql({
      schema,
      services,
      log,
      live,
      streams,
      budget,
      publicUrl: url,
      authenticate,
      addressOf,
      metrics: metrics.server,
    }),
    authenticate,
    isOriginAllowed: (given) => given === undefined || origins.has(given),
    addressOf,
    state: { isDraining: false },
    corsOrigins,
  };
}

/** Takes what an answer of this size costs from the caller's budget. */
export function chargeBytes(
  { budget, addressOf }: Pick<Site, 'budget' | 'addressOf'>,
  request: IncomingMessage,
  bytes: number,
): void {
  budget.charge(budget.callerOf(credentialOf(request.headers), addressOf(request)), unitsOfBytes(bytes));
}

/** Takes one request from the caller's budget and reports the rest in headers. Sends 429 and returns false if it is used up. */
export function spendRequest(
  { budget, addressOf }: Pick<Site, 'budget' | 'addressOf'>,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const caller = budget.callerOf(credentialOf(request.headers), addressOf(request));
  const { left, retryAfter } = budget.take(caller);
  response.setHeader('x-ratelimit-limit', budget.limit);
  response.setHeader('x-ratelimit-remaining', left);
  response.setHeader('x-ratelimit-reset', Math.ceil(budget.look(caller).resetAt.getTime() / 1000));
  if (retryAfter === null) return true;
  response.setHeader('retry-after', retryAfter);
  sendProblem(response, {
    status: 429,
    code: 'RATE_LIMITED',
    message: `Too many requests. Try again in ${retryAfter} s.`,
  });
  return false;
}

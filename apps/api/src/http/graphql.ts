import type { IncomingMessage } from 'node:http';
import { EnvelopArmor } from '@escape.tech/graphql-armor';
import { GraphQLError, parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createYoga, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { LiveCredentials, StreamEnd } from '../auth/live-credentials.ts';
import type { ApiContext, ApiServices, Viewer, Push } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import type { ServerMetrics } from '../telemetry/metrics/server-metrics.ts';
import { traceOperations } from '../telemetry/trace-operations.ts';
import { contextOf } from './request-context.ts';
import { compressAnswers } from './compress-answers.ts';
import { limitCost, unitsOfBytes, unitsOfCost } from './limit-cost.ts';
import { maskError } from './mask-error.ts';
import type { AddressOf } from './client-address.ts';
import { credentialOf, type RequestBudget } from './request-budget.ts';
import { shareExecutions } from './share-executions.ts';
import { shareReads } from './share-reads.ts';
import { tooManyStreams, type StreamPlaces } from './stream-places.ts';

const LIMITS = { depth: 24, aliases: 100, directives: 50, tokens: 5000 } as const;

/** The parts that the GraphQL endpoint needs. */
export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly services: ApiServices;
  readonly log: Logger;
  readonly live: LiveCredentials;
  readonly streams: StreamPlaces;
  readonly budget: RequestBudget;
  readonly publicUrl: string;
  readonly authenticate: (headers: Headers) => Promise<Viewer | null>;
  readonly addressOf: AddressOf;
  readonly metrics: Pick<ServerMetrics, 'subscribed'>;
}

/** The parts of an operation over a socket that are its own, since a socket's request serves many operations. */
export interface SocketOperation {
  readonly signal?: AbortSignal;
  readonly push?: Push;
}

/** Creates `/graphql` over HTTP and SSE, with its limits. Batching and multipart are off: both would bypass them. */
export function openGraphql(options: GraphqlOptions) {
  const { schema, services, log, live, streams, budget, publicUrl, authenticate, addressOf, metrics } =
    options;
  const armor = new EnvelopArmor({
    maxDepth: { n: LIMITS.depth, onReject: [coded('DOCUMENT_TOO_DEEP', LIMITS.depth)] },
    maxAliases: { n: LIMITS.aliases, onReject: [coded('TOO_MANY_ALIASES', LIMITS.aliases)] },
    maxTokens: { enabled: false },
    maxDirectives: { n: LIMITS.directives, onReject: [coded('TOO_MANY_DIRECTIVES', LIMITS.directives)] },
    // `limitCost` counts instead, as it knows how `first` multiplies the fields below it.
    costLimit: { enabled: false },
    blockFieldSuggestion: { enabled: false },
  }).protect();
  const openReads = shareReads(services.database);
  const clientOf = ({ req, address }: { req?: IncomingMessage | undefined; address?: string | undefined }) =>
    address ?? (req === undefined ? null : addressOf(req));
  return createYoga<SocketOperation & { req?: IncomingMessage; address?: string }, ApiContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    batching: false,
    multipart: false,
    cors: false,
    // `graphiql-page.ts` serves it, with a policy for its contents.
    graphiql: false,
    // `maskError` logs each unexpected error once, under its trace ID.
    logging: false,
    maskedErrors: { maskError: maskError(log) },
    plugins: [
      compressAnswers(({ request, from, bytes }) =>
        budget.charge(
          budget.callerOf(credentialIn(request.headers), clientOf(from) ?? undefined),
          unitsOfBytes(bytes),
        ),
      ),
      countTokens(),
      ...armor.plugins,
      limitCost(),
      takePlace(streams),
      endWithAccess(live, metrics),
      shareExecutions(),
      traceOperations(),
    ],
    context: async ({ request, req, address: given, signal, push }) => {
      const address = clientOf({ req, address: given });
      const { headers } = request;
      const caller = budget.callerOf(credentialIn(headers), address ?? undefined);
      const charge = (cost: number): boolean => budget.charge(caller, unitsOfCost(cost));
      const source = { request, publicUrl, address, charge, budget: budget.look(caller) };
      return contextOf(
        services,
        await authenticate(request.headers),
        signal === undefined ? source : { ...source, signal, push, openReads },
      );
    },
  });
}

function credentialIn(headers: Headers): string | null {
  return credentialOf({ authorization: headers.get('authorization'), cookie: headers.get('cookie') });
}

/** Limits the event streams of a user and of an address. A socket has a place of its own, and a limit of operations. */
function takePlace(streams: StreamPlaces): Plugin<ApiContext> {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { viewer, push, origin } = args.contextValue;
      if (viewer === null || push !== undefined) return {};
      const release = streams.openStream(viewer.userId, origin.address ?? '');
      if (release === null) {
        setResultAndStopExecution({ errors: [tooManyStreams()] });
        return {};
      }
      return {
        onSubscribeResult: ({ result }) => (isAsyncIterable(result) ? { onEnd: release } : release()),
        onSubscribeError: release,
      };
    },
  };
}

/** Counts a stream, and ends it when its key or session ends, or when its viewer leaves the project. */
function endWithAccess(
  live: LiveCredentials,
  metrics: Pick<ServerMetrics, 'subscribed'>,
): Plugin<ApiContext> {
  return {
    onSubscribe({ args, extendContext }) {
      const { viewer, signal, follows, push } = args.contextValue;
      if (viewer === null) return {};
      const { signal: ended, release } = live.follow(viewer, follows);
      extendContext({ signal: eitherOf(signal, ended) });
      return {
        onSubscribeResult({ result, setResult }) {
          if (!isAsyncIterable(result)) return release();
          setResult(withReasonAtEnd(result, ended));
          const left = metrics.subscribed(push === undefined ? 'sse' : 'websocket');
          return {
            onEnd() {
              left();
              release();
            },
          };
        },
        onSubscribeError: release,
      };
    },
  };
}

/** Unlike `AbortSignal.any`, reading `aborted` of this signal is cheap, and a stream reads it at each event. */
function eitherOf(...signals: readonly AbortSignal[]): AbortSignal {
  const either = new AbortController();
  for (const signal of signals) {
    const stop = (): void => either.abort(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }
  return either.signal;
}

const endings: Record<StreamEnd, string> = {
  CREDENTIAL_ENDED: 'The key was revoked or has expired, or the session was signed out.',
  ACCESS_ENDED: 'You are no longer a member of this project.',
};

/** Adds the reason as the last result: a stream that merely stopped would look as if the sync had ended. */
async function* withReasonAtEnd(
  results: AsyncIterable<ExecutionResult>,
  signal: AbortSignal,
): AsyncGenerator<ExecutionResult> {
  for await (const result of results) {
    if (signal.aborted) break;
    yield result;
  }
  if (!signal.aborted) return;
  const code: StreamEnd = signal.reason === 'ACCESS_ENDED' ? 'ACCESS_ENDED' : 'CREDENTIAL_ENDED';
  yield { errors: [apiError(code, endings[code])] };
}

/** Sets the code of a limit's refusal, and the limit as a number. */
function coded(code: string, limit: number): (context: unknown, error: GraphQLError) => void {
  return (_context, error) => void Object.assign(error.extensions, { code, limit });
}

/** Counts tokens while parsing: a document that is deep enough overflows the parser's stack before it can be measured. */
function countTokens(): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => {
        try {
          return parse(source, { ...options, maxTokens: LIMITS.tokens });
        } catch (error) {
          if (error instanceof RangeError)
            throw apiError('DOCUMENT_TOO_DEEP', 'This document is nested too deeply. Query less at once.');
          if (error instanceof GraphQLError && error.message.includes(`more than ${LIMITS.tokens} tokens`))
            coded('TOO_MANY_TOKENS', LIMITS.tokens)(null, error);
          throw error;
        }
      });
    },
  };
}

import type { IncomingMessage } from 'node:http';
import { EnvelopArmor } from '@escape.tech/graphql-armor';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { GraphQLError, parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createYoga, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { LiveCredentials, StreamEnd } from '../auth/live-credentials.ts';
import type { ApiContext, ApiServices, Viewer } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { traceOperations } from '../telemetry/trace-operations.ts';
import { contextOf } from './request-context.ts';
import { exampleTabs } from './example-tabs.ts';
import { limitCost } from './limit-cost.ts';
import { maskError } from './mask-error.ts';
import type { RequestBudget } from './request-budget.ts';
import { shareExecutions, type Push } from './share-executions.ts';
import { shareReads } from './share-reads.ts';

const MOST = { depth: 24, aliases: 100, directives: 50, tokens: 5000 } as const;

/** What the GraphQL endpoint is made of. */
export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly services: ApiServices;
  readonly log: Logger;
  readonly live: LiveCredentials;
  readonly budget: RequestBudget;
  readonly publicUrl: string;
  readonly whoAsks: (headers: Headers) => Promise<Viewer | null>;
}

/** What an operation that came over a socket brings of its own: a socket's request serves many of them. */
export interface SocketOperation {
  readonly signal?: AbortSignal;
  readonly push?: Push;
}

/** `/graphql` over HTTP and SSE, with its limits. Batching and multipart stay off: both are ways around them. */
export function openGraphql(options: GraphqlOptions) {
  const { schema, services, log, live, budget, publicUrl, whoAsks } = options;
  const armor = new EnvelopArmor({
    maxDepth: { n: MOST.depth, onReject: [coded('DOCUMENT_TOO_DEEP', MOST.depth)] },
    maxAliases: { n: MOST.aliases, onReject: [coded('TOO_MANY_ALIASES', MOST.aliases)] },
    maxTokens: { enabled: false },
    maxDirectives: { n: MOST.directives, onReject: [coded('TOO_MANY_DIRECTIVES', MOST.directives)] },
    // Counted by `limitCost`, which knows what `first` multiplies.
    costLimit: { enabled: false },
    blockFieldSuggestion: { enabled: false },
  }).protect();
  const openReads = shareReads(services.database);
  return createYoga<SocketOperation & { req?: IncomingMessage }, ApiContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    batching: false,
    multipart: false,
    cors: false,
    renderGraphiQL,
    graphiql: {
      title: 'Project Sync',
      defaultTabs: [...exampleTabs],
      subscriptionsProtocol: 'SSE',
      credentials: 'same-origin',
    },
    // What matters of an error is logged where it is masked, once and under its number.
    logging: false,
    maskedErrors: { maskError: maskError(log) },
    plugins: [
      countTokens(),
      ...armor.plugins,
      limitCost(),
      endWithAccess(live),
      shareExecutions(),
      traceOperations(),
    ],
    context: async ({ request, req, signal, push }) => {
      const caller = budget.callerOf(request.headers.get('authorization'), req?.socket.remoteAddress);
      const asking = { request, publicUrl, budget: budget.look(caller) };
      return contextOf(
        services,
        await whoAsks(request.headers),
        signal === undefined ? asking : { ...asking, signal, push, openReads },
      );
    },
  });
}

/** A stream ends when the key or session that it began with does, or when its viewer leaves the project. */
function endWithAccess(live: LiveCredentials): Plugin<ApiContext> {
  return {
    onSubscribe({ args, extendContext }) {
      const { viewer, signal, follows } = args.contextValue;
      if (viewer === null) return {};
      const { signal: ended, release } = live.follow(viewer, follows);
      extendContext({ signal: eitherOf(signal, ended) });
      return {
        onSubscribeResult({ result, setResult }) {
          if (!isAsyncIterable(result)) return release();
          setResult(toldWhyItEnds(result, ended));
          return { onEnd: release };
        },
        onSubscribeError: release,
      };
    },
  };
}

/** Not `AbortSignal.any`: asking one of those whether it is aborted costs, and a stream asks at each event. */
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
  ACCESS_ENDED: 'You are not in this project any more.',
};

/** A stream that merely stopped would look as if the sync were over: the last thing that it says is why. */
async function* toldWhyItEnds(
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

/** Gives a limit's refusal a code of its own, and the limit as a number. */
function coded(code: string, limit: number): (context: unknown, error: GraphQLError) => void {
  return (_context, error) => void Object.assign(error.extensions, { code, limit });
}

/** Counted while reading: a document that is deep enough overflows the parser's stack before anybody measures it. */
function countTokens(): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => {
        try {
          return parse(source, { ...options, maxTokens: MOST.tokens });
        } catch (error) {
          if (error instanceof RangeError)
            throw apiError('DOCUMENT_TOO_DEEP', 'This document is nested too deeply. Ask for less at once.');
          if (error instanceof GraphQLError && error.message.includes(`more than ${MOST.tokens} tokens`))
            coded('TOO_MANY_TOKENS', MOST.tokens)(null, error);
          throw error;
        }
      });
    },
  };
}

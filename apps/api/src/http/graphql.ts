import { EnvelopArmor } from '@escape.tech/graphql-armor';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { parse, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { LiveCredentials } from '../auth/live-credentials.ts';
import type { ApiContext, ApiServices, Viewer } from '../schema/context.ts';
import { apiError } from '../schema/errors.ts';
import { contextOf } from './context-of.ts';
import { exampleTabs } from './example-tabs.ts';
import { maskError } from './mask-error.ts';

const MOST_TOKENS = 5000;

/** What the GraphQL endpoint is made of. */
export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly services: ApiServices;
  readonly log: Logger;
  readonly live: LiveCredentials;
  readonly whoAsks: (headers: Headers) => Promise<Viewer | null>;
}

/** `/graphql` over HTTP and SSE, with its limits. Batching and multipart stay off: both are ways around them. */
export function openGraphql({ schema, services, log, live, whoAsks }: GraphqlOptions) {
  const armor = new EnvelopArmor({
    maxDepth: { n: 24 },
    maxAliases: { n: 100 },
    maxTokens: { enabled: false },
    maxDirectives: { n: 50 },
    // Counted by the schema itself, which knows what `first` multiplies.
    costLimit: { enabled: false },
    blockFieldSuggestion: { enabled: false },
  }).protect();
  return createYoga<object, ApiContext>({
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
    plugins: [countTokens(), ...armor.plugins, endWithCredential(live)],
    context: async ({ request }) => contextOf(services, await whoAsks(request.headers), request),
  });
}

/** A stream by SSE ends when the key or session that it began with does. */
function endWithCredential(live: LiveCredentials): Plugin<ApiContext> {
  return {
    onSubscribe({ args, extendContext }) {
      const { viewer, request } = args.contextValue;
      if (viewer === null) return {};
      const { signal, release } = live.follow(viewer);
      extendContext({
        request: new Request(request.url, {
          headers: request.headers,
          signal: AbortSignal.any([request.signal, signal]),
        }),
      });
      return { onSubscribeResult: () => ({ onEnd: release }) };
    },
  };
}

/** Counted while reading: a document that is deep enough overflows the parser's stack before anybody measures it. */
function countTokens(): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => {
        try {
          return parse(source, { ...options, maxTokens: MOST_TOKENS });
        } catch (error) {
          throw error instanceof RangeError
            ? apiError('DOCUMENT_TOO_DEEP', 'This document is nested too deeply. Ask for less at once.')
            : error;
        }
      });
    },
  };
}

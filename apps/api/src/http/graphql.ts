import { EnvelopArmor } from '@escape.tech/graphql-armor';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { ApiContext, ApiServices, Viewer } from '../schema/context.ts';
import { contextOf } from './context-of.ts';
import { exampleTabs } from './example-tabs.ts';
import { maskError } from './mask-error.ts';

/** What the GraphQL endpoint is made of. */
export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly services: ApiServices;
  readonly log: Logger;
  readonly whoAsks: (headers: Headers) => Promise<Viewer | null>;
}

/** `/graphql` over HTTP and SSE, with its limits. Batching and multipart stay off: both are ways around them. */
export function openGraphql({ schema, services, log, whoAsks }: GraphqlOptions) {
  const armor = new EnvelopArmor({
    maxDepth: { n: 24 }, maxAliases: { n: 100 }, maxTokens: { n: 5000 }, maxDirectives: { n: 50 },
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
      title: 'Project Sync', defaultTabs: [...exampleTabs], subscriptionsProtocol: 'SSE', credentials: 'same-origin',
    },
    logging: {
      debug: () => undefined, info: () => undefined, warn: (...told: unknown[]) => log.warn({ told }, 'GraphQL'),
      error: (...told: unknown[]) => log.error({ told }, 'GraphQL'),
    },
    maskedErrors: { maskError: maskError(log) },
    plugins: armor.plugins,
    context: async ({ request }) => contextOf(services, await whoAsks(request.headers), request),
  });
}

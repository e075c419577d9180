import { SpanKind } from '@opentelemetry/api';
import type { Push } from '../graphql/context.ts';
import type { IncomingMessage } from 'node:http';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  specifiedRules,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { OperationResult, SubscribePayload } from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import { apiError } from '../graphql/errors.ts';
import { traced } from '../telemetry/traced.ts';
import { credentialOf, type RequestBudget } from './request-budget.ts';
import type { Site } from './site.ts';

/** The parts that operations over sockets need. */
export interface OperationOptions extends Pick<Site, 'yoga' | 'budget' | 'addressOf'> {
  readonly schema: GraphQLSchema;
}

/** The connection and the lifetime of one operation. */
export interface OperationSource {
  /** The request that was upgraded. */
  readonly opened: IncomingMessage;
  /** The caller's credentials. */
  readonly request: Request;
  readonly controller: AbortController;
  readonly push: Push;
}

type Results = ExecutionResult | AsyncIterable<ExecutionResult>;

/** Yoga's functions for one operation, wrapped by its plugins. Yoga types their results as `any`. */
interface Envelope {
  readonly parse: (source: string) => DocumentNode;
  readonly validate: (
    schema: GraphQLSchema,
    document: DocumentNode,
    rules: typeof specifiedRules,
  ) => readonly GraphQLError[];
  readonly execute: (args: ExecutionArgs) => OperationResult;
  readonly subscribe: (args: ExecutionArgs) => Results | Promise<Results>;
  readonly contextFactory: () => unknown;
}

interface Engine extends Pick<Envelope, 'execute' | 'subscribe'> {
  readonly stop: () => void;
}

/** One reason for all aborts: an abort without a reason creates an error with its stack each time. */
export const OPERATION_OVER = new DOMException('The operation is over.', 'AbortError');

/** Prepares and runs the operations of all sockets. */
export class SocketOperations {
  readonly #options: OperationOptions;
  // Keyed by the arguments: a parsed document is shared by all clients that send the same one.
  readonly #engines = new WeakMap<ExecutionArgs, Engine>();

  constructor(options: OperationOptions) {
    this.#options = options;
  }

  /** Parses and validates an operation and takes it from the caller's budget. Returns errors where it is refused. */
  async prepare(
    { query, variables, operationName, ...payload }: SubscribePayload,
    source: OperationSource,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { schema, yoga } = this.#options;
    const { opened, request, controller, push } = source;
    const params = { query, variables, operationName, ...payload };
    const envelope: Envelope = yoga.getEnveloped({
      req: opened,
      request,
      signal: controller.signal,
      push,
      params,
    });
    try {
      const document = envelope.parse(query);
      const refused = this.#spend(source, getOperationAST(document, operationName)?.operation);
      if (refused !== null) return [refused];
      const problems = envelope.validate(schema, document, specifiedRules);
      if (problems.length > 0) return problems;
      const args: ExecutionArgs = {
        schema,
        document,
        contextValue: await envelope.contextFactory(),
        variableValues: variables ?? {},
        operationName: operationName ?? null,
      };
      const { execute, subscribe } = envelope;
      this.#engines.set(args, { execute, subscribe, stop: () => controller.abort(OPERATION_OVER) });
      return args;
    } catch (error) {
      return [error instanceof GraphQLError ? error : apiError('INTERNAL', 'An unexpected error occurred.')];
    }
  }

  /** The span stands around the plugins, so that masked errors name its trace. */
  execute(args: ExecutionArgs): OperationResult {
    const { execute } = this.#engineOf(args);
    return traced({ name: 'websocket /graphql', kind: SpanKind.SERVER }, {}, async () => execute(args));
  }

  async subscribe(args: ExecutionArgs): Promise<Results> {
    const engine = this.#engineOf(args);
    const span = { name: 'websocket /graphql', kind: SpanKind.SERVER };
    const results = await traced(span, {}, async () => engine.subscribe(args));
    return isAsyncIterable(results) ? stoppable(results, engine.stop) : results;
  }

  #engineOf(args: ExecutionArgs): Engine {
    const engine = this.#engines.get(args);
    if (engine === undefined) throw new Error('An operation was not prepared.');
    return engine;
  }

  /** Takes from the budget, which sockets must not bypass. A subscription is one message, and their number is capped. */
  #spend(
    { opened, request }: OperationSource,
    operation: OperationTypeNode | undefined,
  ): GraphQLError | null {
    if (operation === OperationTypeNode.SUBSCRIPTION) return null;
    const { budget, addressOf } = this.#options;
    const { retryAfter } = budget.take(callerOf(budget, request, addressOf(opened)));
    return retryAfter === null
      ? null
      : new GraphQLError(`Too many requests. Try again in ${retryAfter} s.`, {
          extensions: { code: 'RATE_LIMITED', retryAfter },
        });
  }
}

/** The bucket of the caller of a socket. */
export function callerOf(budget: RequestBudget, { headers }: Request, address: string): string {
  const credential = credentialOf({
    authorization: headers.get('authorization'),
    cookie: headers.get('cookie'),
  });
  return budget.callerOf(credential, address);
}

/** A generator that awaits an event does not see `return()`, so the event source is aborted first. */
function stoppable(
  results: AsyncIterable<ExecutionResult>,
  stop: () => void,
): AsyncIterableIterator<ExecutionResult> {
  const inner = results[Symbol.asyncIterator]();
  return {
    next: () => inner.next(),
    async return() {
      stop();
      await inner.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

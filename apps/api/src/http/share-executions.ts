import {
  createSourceEventStream,
  executeSubscriptionEvent,
  validateSubscriptionArgs,
  type GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ApiContext, Viewer, Push } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';

/** The age that a shared result may have when a subscription begins. */
const MAX_AGE_MS = 250;

type Valid = Exclude<ReturnType<typeof validateSubscriptionArgs>, readonly unknown[]>;

interface SharedResult {
  readonly startedAt: number;
  result: Promise<ExecutionResult>;
  /** The result as JSON, once it is there and has no errors. */
  text: string | null;
}

interface Subscriber {
  readonly valid: Valid;
  /** Everything that a result depends on, apart from the event and the database. */
  readonly key: string;
  readonly signal: AbortSignal;
  readonly push: Push | undefined;
  /** Takes the cost of one event. False where the caller owes so much that the stream must end. */
  readonly pay: () => boolean;
}

/**
 * Executes each event once for all subscribers with the same document, variables and rights: two thousand people may
 * follow one sync. Fields below the event may read current rows, so a subscriber never gets a result older than its
 * previous one, or than its subscription.
 */
export function shareExecutions(): Plugin<ApiContext> {
  const results = new WeakMap<object, Map<string, SharedResult>>();
  const numberOf = documentNumbers();

  /** Returns the shared result of an event, or executes it again if that is older than `notBefore`. */
  function resultOf(event: unknown, subscriber: Subscriber, notBefore: number): SharedResult {
    const shared = event instanceof Object ? (results.get(event) ?? new Map<string, SharedResult>()) : null;
    const known = shared?.get(subscriber.key);
    if (known !== undefined && known.startedAt >= notBefore) return known;
    const result = executeSubscriptionEvent({ ...subscriber.valid, rootValue: event });
    const own: SharedResult = { startedAt: performance.now(), result: Promise.resolve(result), text: null };
    own.result = own.result.then((settled) => {
      if (settled.errors === undefined) own.text = JSON.stringify(settled);
      return settled;
    });
    if (event instanceof Object && shared !== null) results.set(event, shared.set(subscriber.key, own));
    return own;
  }

  async function* resultsOf(
    events: AsyncIterable<unknown>,
    subscriber: Subscriber,
  ): AsyncGenerator<ExecutionResult, void> {
    const { push, signal } = subscriber;
    let newest = performance.now() - MAX_AGE_MS;
    for await (const event of paidOf(events, subscriber.pay)) {
      if (event === UNPAID) {
        yield { errors: [exhausted()] };
        return;
      }
      const own = resultOf(event, subscriber, newest);
      newest = own.startedAt;
      const result = push === undefined || own.text === null ? await own.result : null;
      if (signal.aborted) return;
      // A result with errors takes the normal path, on which they are masked.
      if (push === undefined || own.text === null) {
        if (result !== null) yield result;
        continue;
      }
      const taken = push(own.text);
      if (taken !== undefined) await taken;
    }
  }

  return {
    onSubscribe({ args: given, subscribeFn, setSubscribeFn }) {
      const args: ExecutionArgs & { readonly contextValue: ApiContext } = given;
      const { viewer } = args.contextValue;
      if (viewer === null) return;
      setSubscribeFn(async () => {
        const valid = validateSubscriptionArgs(args);
        // Invalid arguments are reported by the standard function.
        if (!('operation' in valid)) return subscribeFn(args) as unknown;
        const events = await createSourceEventStream(valid);
        if (!isAsyncIterable(events)) return events;
        const { document, operationName, variableValues, contextValue } = args;
        const key = JSON.stringify([numberOf(document), operationName, variableValues, rightsOf(viewer)]);
        const { signal, push, rateLimit } = contextValue;
        const pay = (): boolean => rateLimit.charge(rateLimit.cost);
        return resultsOf(events, { valid, key, signal, push, pay });
      });
    },
  };
}

/** Numbers documents as they come, so that their texts need not be compared. */
function documentNumbers(): (document: DocumentNode) => number {
  const documents = new WeakMap<DocumentNode, number>();
  let numbered = 0;
  return (document) => {
    const number = documents.get(document) ?? (numbered += 1);
    documents.set(document, number);
    return number;
  };
}

const UNPAID = Symbol('unpaid');

/** The events that their caller can pay, and a sign in place of the one they cannot. The first is paid with the request. */
async function* paidOf(events: AsyncIterable<unknown>, pay: () => boolean): AsyncGenerator {
  let isFirst = true;
  for await (const event of events) {
    yield isFirst || pay() ? event : UNPAID;
    isFirst = false;
  }
}

/** Each event of a stream executes its fields again, so a costly one uses up the budget of its caller. */
function exhausted(): GraphQLError {
  return apiError(
    'RATE_LIMITED',
    'The events of this stream used up the budget of its caller. Ask for fewer fields of each.',
  );
}

/** Returns the parts of a viewer that decide what they may see. */
function rightsOf({ userId, projectId, scopes }: Viewer): unknown {
  return [userId, projectId, scopes.toSorted()];
}

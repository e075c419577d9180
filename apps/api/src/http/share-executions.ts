import {
  createSourceEventStream,
  executeSubscriptionEvent,
  validateSubscriptionArgs,
  type DocumentNode,
  type ExecutionResult,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ApiContext, Push, Viewer } from '../graphql/context.ts';

export type { Push };

/** How much older than a subscription a result that it is given may be. */
const AGE_MS = 250;

type Valid = Exclude<ReturnType<typeof validateSubscriptionArgs>, readonly unknown[]>;

interface Told {
  readonly begun: number;
  result: Promise<ExecutionResult>;
  /** The result printed, once it is there and free of errors. */
  text: string | null;
}

interface Asking {
  readonly valid: Valid;
  /** Everything that the result of an event depends on, but the event and what stands in the database. */
  readonly key: string;
  readonly signal: AbortSignal;
  readonly push: Push | undefined;
}

/**
 * Two thousand people who follow one sync ask for the same of each event: it is executed once for all who ask by the same
 * document and variables, under the same rights. A field behind the event may read what stands now, so nobody is given a
 * result that is older than one they already have, or than their subscription.
 */
export function shareExecutions(): Plugin<ApiContext> {
  const told = new WeakMap<object, Map<string, Told>>();
  const documents = new WeakMap<DocumentNode, number>();
  let numbered = 0;

  function numberOf(document: DocumentNode): number {
    const number = documents.get(document) ?? (numbered += 1);
    documents.set(document, number);
    return number;
  }

  /** What the event means to whoever asks: as it was told to others before, unless that is older than `notBefore`. */
  function tell(event: unknown, asking: Asking, notBefore: number): Told {
    const shared = event instanceof Object ? (told.get(event) ?? new Map<string, Told>()) : null;
    const known = shared?.get(asking.key);
    if (known !== undefined && known.begun >= notBefore) return known;
    const result = executeSubscriptionEvent({ ...asking.valid, rootValue: event });
    const own: Told = { begun: performance.now(), result: Promise.resolve(result), text: null };
    own.result = own.result.then((settled) => {
      if (settled.errors === undefined) own.text = JSON.stringify(settled);
      return settled;
    });
    if (event instanceof Object && shared !== null) told.set(event, shared.set(asking.key, own));
    return own;
  }

  async function* resultsOf(events: AsyncIterable<unknown>, asking: Asking): AsyncGenerator<ExecutionResult> {
    const { push, signal } = asking;
    let newest = performance.now() - AGE_MS;
    for await (const event of events) {
      const own = tell(event, asking, newest);
      newest = own.begun;
      const result = push === undefined || own.text === null ? await own.result : null;
      if (signal.aborted) return;
      // One with errors goes the way of all results: they are masked on it.
      if (push === undefined || own.text === null) {
        if (result !== null) yield result;
        continue;
      }
      const taken = push(own.text);
      if (taken !== undefined) await taken;
    }
  }

  return {
    onSubscribe({ args, subscribeFn, setSubscribeFn }) {
      const { viewer } = args.contextValue;
      if (viewer === null) return;
      setSubscribeFn(async () => {
        const valid = validateSubscriptionArgs(args);
        // What is wrong with it is told as everywhere else.
        if (!('operation' in valid)) return subscribeFn(args);
        const events = await createSourceEventStream(valid);
        if (!isAsyncIterable(events)) return events;
        const { document, operationName, variableValues, contextValue } = args;
        const key = JSON.stringify([numberOf(document), operationName, variableValues, rightsOf(viewer)]);
        const { signal, push } = contextValue;
        return resultsOf(events, { valid, key, signal, push });
      });
    },
  };
}

/** Everything of a viewer that decides what they may see. */
function rightsOf({ userId, projectId, scopes }: Viewer): unknown {
  return [userId, projectId, scopes.toSorted()];
}

import {
  createSourceEventStream,
  executeSubscriptionEvent,
  validateSubscriptionArgs,
  type DocumentNode,
  type ExecutionResult,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ApiContext, Viewer } from '../schema/context.ts';

/** How much older than a subscription a result that it is given may be. */
const AGE_MS = 250;

type Valid = Exclude<ReturnType<typeof validateSubscriptionArgs>, readonly unknown[]>;

interface Told {
  readonly begun: number;
  readonly result: ReturnType<typeof executeSubscriptionEvent>;
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

  /** Never waits for anything but the event's own result. */
  async function* resultsOf(
    events: AsyncIterable<unknown>,
    valid: Valid,
    asked: string,
  ): AsyncGenerator<ExecutionResult> {
    let newest = performance.now() - AGE_MS;
    for await (const event of events) {
      const results = event instanceof Object ? (told.get(event) ?? new Map<string, Told>()) : null;
      const known = results?.get(asked);
      const own =
        known !== undefined && known.begun >= newest
          ? known
          : { begun: performance.now(), result: executeSubscriptionEvent({ ...valid, rootValue: event }) };
      if (event instanceof Object && results !== null) told.set(event, results.set(asked, own));
      newest = own.begun;
      yield await own.result;
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
        const { document, operationName, variableValues } = args;
        const asked = JSON.stringify([numberOf(document), operationName, variableValues, rightsOf(viewer)]);
        return resultsOf(events, valid, asked);
      });
    },
  };
}

/** Everything of a viewer that decides what they may see. */
function rightsOf({ userId, projectId, scopes }: Viewer): unknown {
  return [userId, projectId, scopes.toSorted()];
}

// By its own door, since a command would wait for all other modules of that room.
import { endedStatuses } from '@project-sync/sync/sync-state';
import { z } from 'zod';
import { streamOf, type ProgressEvent } from './progress-stream.ts';
import { graphqlError, Refusal, refusalOf, Unreachable } from './refusal.ts';

const mutationFailure = { code: z.string().exactOptional(), message: z.string().exactOptional() };
const node = z.object({ id: z.string() });
const response = z.object({
  // A refused request has errors and no data.
  data: z.unknown().optional(),
  errors: z.array(graphqlError).optional(),
});

const ended: ReadonlySet<string> = new Set(endedStatuses);

/** Creates a client of a server's public API. */
export function openClient(url: string, key: string, keySource = 'the given key'): Client {
  return new Client(url, key, keySource);
}

/** A client of a server's public API. */
export class Client {
  readonly url: string;
  readonly #key: string;
  /** The place of the key, for the advice where it is refused. */
  readonly #keySource: string;

  constructor(url: string, key: string, keySource: string) {
    this.url = url;
    this.#key = key;
    this.#keySource = keySource;
  }

  /** Runs a query or mutation and parses its data. A refused request throws a `Refusal`. */
  async ask<T extends z.ZodType>(shape: T, query: string, variables: object = {}): Promise<z.infer<T>> {
    const answer = await this.#post(query, variables, 'application/json');
    const text = await answer.text();
    const body = response.safeParse(parseJson(text));
    const [first] = body.data?.errors ?? [];
    if (first !== undefined || !answer.ok || body.data === undefined)
      throw refusalOf(first, { status: answer.status, text, keySource: this.#keySource });
    return shape.parse(body.data.data);
  }

  /** Runs a query and returns the whole answer as it is, with its errors. */
  async post(query: string, variables: object = {}): Promise<unknown> {
    const answer = await this.#post(query, variables, 'application/json');
    const text = await answer.text();
    const body = parseJson(text);
    return body instanceof Object
      ? body
      : {
          errors: [
            {
              message: refusalOf(undefined, { status: answer.status, text, keySource: this.#keySource })
                .message,
            },
          ],
        };
  }

  /** Returns the payload of a mutation, or throws its failure. */
  orThrow<T>(found: T | undefined, { code, message }: { code?: string; message?: string }): T {
    if (found === undefined) throw new Refusal(code ?? 'INTERNAL', message ?? 'The server refused.');
    return found;
  }

  async ready(): Promise<boolean> {
    return (await fetch(`${this.url}/readyz`)).ok;
  }

  /** Starts a sync, or finds the active one. Returns its ID. */
  async start(input: object): Promise<string> {
    const { started } = await this.ask(
      z.object({ started: z.object({ ...mutationFailure, sync: node.optional() }) }),
      'mutation ($input: StartSyncInput!) { started: startSync(input: $input) { ... on StartSyncSuccess { sync { id } } ... on Error { code message } } }',
      { input },
    );
    return this.orThrow(started.sync, started).id;
  }

  /** Reports each event of a sync and returns the last. A broken stream is resumed after the last event. */
  async follow(syncId: string, report: (event: ProgressEvent) => void): Promise<ProgressEvent> {
    let last: ProgressEvent | null = null;
    for (;;) {
      const after: number = last?.sequence ?? 0;
      const stream = await this.#post(
        'subscription ($syncId: ID!, $after: Int) { syncProgress(syncId: $syncId, after: $after) { sequence status phase progress message stats { filesTotal filesAdded filesModified filesRemoved } } }',
        { syncId, after },
        'text/event-stream',
      );
      // A subscription may be refused as JSON, even with status 200.
      if (stream.headers.get('content-type')?.startsWith('text/event-stream') !== true)
        throw await refusedStream(stream, this.#keySource);
      for await (const event of streamOf(stream)) {
        last = event;
        report(event);
      }
      if (last !== null && ended.has(last.status)) return last;
      if (last === null || last.sequence === after)
        throw new Unreachable(new Error('The stream ended before the sync did.'));
    }
  }

  async #post(query: string, variables: object, accept: string): Promise<Response> {
    try {
      return await fetch(`${this.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#key}`, accept },
        body: JSON.stringify({ query, variables }),
      });
    } catch (cause) {
      throw new Unreachable(cause);
    }
  }
}

async function refusedStream(stream: Response, keySource: string): Promise<Refusal> {
  const text = await stream.text();
  const [first] = response.safeParse(parseJson(text)).data?.errors ?? [];
  return refusalOf(first, { status: stream.status, text, keySource });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

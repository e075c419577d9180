import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Connection } from '../connection.ts';
import type { Row } from '../database.ts';
import type { Tally } from '../query-counters.ts';
import { parameterText } from './parameter-text.ts';
import type { PgliteThread } from './pglite-thread.ts';
import type { WorkerField } from './worker-messages.ts';

interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly rowMode?: string;
  readonly types?: { getTypeParser(oid: number, format?: 'text'): (value: string) => unknown };
}

interface Result {
  readonly fields: { name: string; dataTypeID: number }[];
  readonly rows: unknown[];
  readonly rowCount: number;
}

/**
 * The embedded database's one connection, lent out in turn. It speaks as a connection of `pg` does, so that Prisma's
 * adapter and every parser are the same for both databases.
 */
export class EmbeddedClient extends EventEmitter implements Connection {
  readonly #thread: PgliteThread;
  readonly #tally: Tally;
  readonly #done: () => void;
  #released = false;

  constructor(thread: PgliteThread, tally: Tally, done: () => void) {
    super();
    this.#thread = thread;
    this.#tally = tally;
    this.#done = done;
  }

  async query(statement: Statement | string, params?: readonly unknown[]): Promise<Result> {
    const {
      text,
      values = params ?? [],
      rowMode,
      types = pg.types,
    } = typeof statement === 'string' ? { text: statement } : statement;
    this.#tally.statements += 1;
    const answer = await this.#thread.ask({ kind: 'query', text, values: values.map(parameterText) });
    const fields = answer.fields ?? [];
    const rows = (answer.rows ?? []).map((row) =>
      rowMode === 'array' ? parsed(fields, row, types) : rowOf(fields, row, types),
    );
    this.#tally.rows += rows.length;
    return { fields, rows, rowCount: answer.rowCount ?? 0 };
  }

  async script(text: string): Promise<Row[]> {
    this.#tally.statements += 1;
    const { results = [] } = await this.#thread.ask({ kind: 'script', text });
    return results.flatMap(({ fields, rows }) => rows.map((row) => rowOf(fields, row, pg.types)));
  }

  async copyIn(target: string, rows: Uint8Array): Promise<number> {
    this.#tally.statements += 1;
    return (await this.#thread.ask({ kind: 'copy', target, rows })).rowCount ?? 0;
  }

  /** Runs what may only go through this connection until it is given back: asking the pool would wait for itself. */
  lend<T>(work: () => Promise<T>): Promise<T> {
    return borrowed.run(this, work);
  }

  get isReleased(): boolean {
    return this.#released;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#done();
  }
}

/** The connection that the running code has borrowed, wherever its calls lead. */
const borrowed = new AsyncLocalStorage<EmbeddedClient>();

/** A pool of one. Whoever asks while it is lent waits in line. */
export class EmbeddedPool extends pg.Pool {
  readonly #thread: PgliteThread;
  readonly #tally: Tally;
  #line: Promise<void> = Promise.resolve();

  constructor(thread: PgliteThread, tally: Tally) {
    super({ max: 1 });
    this.#thread = thread;
    this.#tally = tally;
  }

  take(): Promise<EmbeddedClient> {
    const held = borrowed.getStore();
    if (held !== undefined && !held.isReleased) {
      return Promise.reject(
        new Error(
          'Inside a transaction the embedded database answers through that transaction only: use what it was handed.',
        ),
      );
    }
    const before = this.#line;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#line = promise;
    return before.then(() => new EmbeddedClient(this.#thread, this.#tally, resolve));
  }

  /** What Prisma's adapter calls for a transaction. */
  override connect(): never {
    return this.take() as never;
  }

  /** What Prisma's adapter calls for a statement by itself. */
  override query(...args: unknown[]): never {
    const [statement, params] = args as [Statement | string, readonly unknown[] | undefined];
    const answer = this.take().then(async (client) => {
      try {
        return await client.query(statement, params);
      } finally {
        client.release();
      }
    });
    return answer as never;
  }
}

type Types = NonNullable<Statement['types']>;

function parsed(fields: readonly WorkerField[], row: readonly unknown[], types: Types): unknown[] {
  return row.map((value, index) =>
    typeof value === 'string' ? types.getTypeParser(fields[index]?.dataTypeID ?? 0, 'text')(value) : value,
  );
}

function rowOf(fields: readonly WorkerField[], row: readonly unknown[], types: Types): Row {
  const values = parsed(fields, row, types);
  return Object.fromEntries(fields.map(({ name }, index) => [name, values[index]]));
}

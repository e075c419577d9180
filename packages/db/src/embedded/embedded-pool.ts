import { EventEmitter } from 'node:events';
import pg from 'pg';
import { prepareValue } from 'pg/lib/utils.js';
import type { Connection } from '../connection.ts';
import type { PgliteThread } from './pglite-thread.ts';

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
  readonly #count: () => void;
  readonly #done: () => void;
  #released = false;

  constructor(thread: PgliteThread, count: () => void, done: () => void) {
    super();
    this.#thread = thread;
    this.#count = count;
    this.#done = done;
  }

  async query(statement: Statement | string, params?: readonly unknown[]): Promise<Result> {
    const { text, values = params ?? [], rowMode, types = pg.types } = typeof statement === 'string' ? { text: statement } : statement;
    this.#count();
    const answer = await this.#thread.ask({ kind: 'query', text, values: values.map(textOf) });
    const fields = answer.fields ?? [];
    const parse = fields.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, 'text'));
    const rows = (answer.rows ?? []).map((row) => {
      const values = row.map((value, index) => (typeof value === 'string' ? parse[index]?.(value) : value));
      return rowMode === 'array' ? values : Object.fromEntries(fields.map(({ name }, index) => [name, values[index]]));
    });
    return { fields, rows, rowCount: answer.rowCount ?? 0 };
  }

  async script(text: string): Promise<void> {
    this.#count();
    await this.#thread.ask({ kind: 'script', text });
  }

  async copyIn(target: string, rows: Uint8Array): Promise<number> {
    this.#count();
    return (await this.#thread.ask({ kind: 'copy', target, rows })).rowCount ?? 0;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#done();
  }
}

/** A pool of one. Whoever asks while it is lent waits in line. */
export class EmbeddedPool extends pg.Pool {
  readonly #thread: PgliteThread;
  readonly #count: () => void;
  #line: Promise<void> = Promise.resolve();

  constructor(thread: PgliteThread, count: () => void) {
    super({ max: 1 });
    this.#thread = thread;
    this.#count = count;
  }

  take(): Promise<EmbeddedClient> {
    const before = this.#line;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#line = promise;
    return before.then(() => new EmbeddedClient(this.#thread, this.#count, resolve));
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

/** A value as PostgreSQL's text, the way `pg` itself writes it. */
function textOf(value: unknown): string | null {
  const prepared: unknown = prepareValue(value instanceof Uint8Array && !Buffer.isBuffer(value) ? Buffer.from(value) : value);
  if (prepared === null || prepared === undefined) return null;
  return Buffer.isBuffer(prepared) ? `\\x${prepared.toString('hex')}` : String(prepared);
}

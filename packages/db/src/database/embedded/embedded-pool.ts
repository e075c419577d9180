import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import pg from 'pg';
import { currentAccount } from '../account.ts';
import type { Connection } from '../connection.ts';
import type { Row } from '../database.ts';
import type { ConnectionCounts } from '../database.ts';
import { counted, type QueryCounters } from '../query-counters.ts';
import type { SpaceGuard } from './free-space.ts';
import { parameterValue } from './parameter-text.ts';
import type { PgliteThread } from './pglite-thread.ts';
import { Turns } from './turns.ts';
import type { LeadingStatement, WorkerField } from './worker-messages.ts';

interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly rowMode?: string;
  readonly planOnce?: boolean;
  readonly types?: { getTypeParser(oid: number, format?: 'text'): (value: string) => unknown };
}

interface Result {
  readonly fields: { name: string; dataTypeID: number }[];
  readonly rows: unknown[];
  readonly rowCount: number;
}

const BEGINS = /^BEGIN\b[^;]*$/;
const ENDS = /^(COMMIT|ROLLBACK)$/;
/** A statement that reads: it writes nothing by itself, and calls nothing that leaves a message or a lock. */
const READS = /^\s*(SELECT|WITH)\b/i;
const WRITES = /\b(INSERT|UPDATE|DELETE|MERGE|pg_notify|nextval|setval)\b|advisory/i;
const NOTHING: Result = { fields: [], rows: [], rowCount: 0 };

interface ClientParts {
  readonly thread: PgliteThread;
  readonly counters: QueryCounters;
  /** Null for a database in memory. */
  readonly space: SpaceGuard | null;
  readonly done: () => void;
}

/**
 * The embedded database's one connection, lent to one user at a time. It has the interface of a `pg` connection, so that
 * both databases use the same Prisma adapter and the same parsers.
 */
export class EmbeddedClient extends EventEmitter implements Connection {
  readonly #thread: PgliteThread;
  readonly #counters: QueryCounters;
  readonly #done: () => void;
  readonly #space: SpaceGuard | null;
  /** Of the thread, once the first statement has run. */
  #epoch: number | null = null;
  #released = false;
  /** Whether the connection has gone to the next borrower. */
  #isOver = false;
  /** Opens the transaction, until it is sent together with the first statement in it. */
  #opening: readonly LeadingStatement[] = [];
  /** Whether this is a tenant's transaction in which every statement so far only reads. */
  #onlyReads = false;

  constructor({ thread, counters, space, done }: ClientParts) {
    super();
    this.#thread = thread;
    this.#counters = counters;
    this.#space = space;
    this.#done = done;
  }

  /** Runs all statements of this borrower in one epoch of the thread, and what opens a transaction with the first of them. */
  async #ask(question: Parameters<PgliteThread['ask']>[0], text: string) {
    if (this.#isOver) throw new Error('This transaction has ended.');
    // A refusal leaves the opening to the next statement: sent without it, that one would be outside of the transaction.
    await this.#space?.check(text);
    try {
      const answer = this.#thread.ask({ ...question, leading: this.#takeOpening() }, this.#epoch);
      if (ENDS.test(text)) this.#passOn();
      return await answer;
    } finally {
      // Also of a thread that ended in the first statement: what follows must not run in the next one.
      this.#epoch ??= this.#thread.epoch;
    }
  }

  async query(statement: Statement | string, params?: readonly unknown[]): Promise<Result> {
    const {
      text,
      values = params ?? [],
      rowMode,
      planOnce = false,
      types = pg.types,
    } = typeof statement === 'string' ? { text: statement } : statement;
    if (this.#isHeldBack(text)) return counted(this.#counters, text, () => Promise.resolve(NOTHING));
    if (!READS.test(text) || WRITES.test(text)) this.#onlyReads = false;
    const question = { kind: 'query', text, values: values.map(parameterValue), planOnce } as const;
    const answer = await counted(this.#counters, text, () => this.#ask(question, text));
    const fields = answer.fields ?? [];
    const rows = (answer.rows ?? []).map((row) =>
      rowMode === 'array' ? parseRow(fields, row, types) : rowOf(fields, row, types),
    );
    this.#counters.rows += rows.length;
    return { fields, rows, rowCount: answer.rowCount ?? 0 };
  }

  /**
   * Ends the turn as soon as the end of its transaction is sent: the thread answers in order, so what the next borrower sends
   * comes after it, and does not wait until this side has heard of it. Nothing more may be sent here.
   */
  #passOn(): void {
    this.#isOver = true;
    this.#done();
  }

  /**
   * Whether a statement needs no request of its own: what opens a transaction goes with the first statement in it, and a
   * transaction in which none has run has nothing to end.
   */
  #isHeldBack(text: string): boolean {
    if (ENDS.test(text)) return this.#takeOpening().length > 0 || this.#endsReading(text);
    if (!BEGINS.test(text)) return false;
    this.#opening = [{ text }];
    return true;
  }

  /** Whether the end of the transaction is left to the thread, since nothing was written that must be durable first. */
  #endsReading(text: string): boolean {
    if (text !== 'COMMIT' || !this.#onlyReads || this.#isOver || this.#epoch === null) return false;
    this.#thread.endReading(this.#epoch);
    this.#passOn();
    return true;
  }

  #takeOpening(): readonly LeadingStatement[] {
    const opening = this.#opening;
    this.#opening = [];
    return opening;
  }

  async enter(text: string, values: readonly unknown[]): Promise<void> {
    const entering = () => {
      this.#opening = [...this.#opening, { text, values: values.map(parameterValue) }];
      this.#onlyReads = true;
      return Promise.resolve();
    };
    await counted(this.#counters, text, entering);
  }

  async script(text: string): Promise<Row[]> {
    if (this.#isHeldBack(text)) return counted(this.#counters, text, () => Promise.resolve([]));
    if (ENDS.test(text)) return (await this.query(text)).rows as Row[];
    this.#onlyReads = false;
    const { results = [] } = await counted(this.#counters, text, () =>
      this.#ask({ kind: 'script', text }, text),
    );
    return results.flatMap(({ fields, rows }) => rows.map((row) => rowOf(fields, row, pg.types)));
  }

  async copyIn(target: string, rows: Uint8Array): Promise<number> {
    const text = `COPY ${target}`;
    this.#onlyReads = false;
    const copy = () => this.#ask({ kind: 'copy', target, rows }, text);
    return (await counted(this.#counters, text, copy)).rowCount ?? 0;
  }

  /** Runs work that must use this connection: taking another one from the pool would wait for this one for ever. */
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

/** The connection that the current asynchronous call has borrowed. */
const borrowed = new AsyncLocalStorage<EmbeddedClient>();

/** A pool with one connection. Callers take turns at it. */
export class EmbeddedPool extends pg.Pool {
  readonly #parts: Omit<ClientParts, 'done'>;
  readonly #turns = new Turns();

  constructor(parts: Omit<ClientParts, 'done'>) {
    super({ max: 1 });
    this.#parts = parts;
  }

  take(): Promise<EmbeddedClient> {
    const held = borrowed.getStore();
    if (held !== undefined && !held.isReleased) {
      return Promise.reject(
        new Error('Inside a transaction the embedded database can only be queried through that transaction.'),
      );
    }
    return this.#lend();
  }

  #lend(): Promise<EmbeddedClient> {
    return this.#turns.take(currentAccount()).then((done) => new EmbeddedClient({ ...this.#parts, done }));
  }

  counts(): ConnectionCounts {
    const { callers } = this.#turns;
    return { max: 1, open: 1, idle: callers > 0 ? 0 : 1, waiting: Math.max(0, callers - 1) };
  }

  /** Prisma's adapter calls it for a transaction. */
  override connect(): never {
    return this.take() as never;
  }

  /**
   * Prisma's adapter calls it for a single statement. It may be called from inside a transaction without having to do with
   * it: Prisma runs the look-ups of one tick together, in the context of the first of them. So nothing is refused here.
   */
  override query(...args: unknown[]): never {
    const [statement, params] = args as [Statement | string, readonly unknown[] | undefined];
    const answer = this.#lend().then(async (client) => {
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

function parseRow(fields: readonly WorkerField[], row: readonly unknown[], types: Types): unknown[] {
  return row.map((value, index) =>
    typeof value === 'string' ? types.getTypeParser(fields[index]?.dataTypeID ?? 0, 'text')(value) : value,
  );
}

function rowOf(fields: readonly WorkerField[], row: readonly unknown[], types: Types): Row {
  const values = parseRow(fields, row, types);
  return Object.fromEntries(fields.map(({ name }, index) => [name, values[index]]));
}

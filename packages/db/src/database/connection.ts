import pg from 'pg';
import type { QueryOptions, Row, Sql } from './database.ts';

/** The result of a statement. */
interface StatementResult {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

/** One connection; of the embedded database, the only one. */
export interface Connection {
  query(statement: {
    text: string;
    values: unknown[];
    types: typeof types;
    planOnce?: boolean;
  }): Promise<StatementResult>;
  /** Runs a statement that belongs to the opening of a transaction. Its result is of no use. */
  enter(text: string, values: readonly unknown[]): Promise<void>;
  script(text: string): Promise<Row[]>;
  copyIn(target: string, rows: Uint8Array): Promise<number>;
}

// pg returns int8 as text, and "11" + 1 is "111". Numbers lose digits above 2^53.
const INT8 = 20;
const INT8_ARRAY = 1016;
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    if (oid === INT8) return BigInt;
    if (oid === INT8_ARRAY)
      return (value) =>
        (value.match(/-?\d+|NULL/g) ?? []).map((item) => (item === 'NULL' ? null : BigInt(item)));
    return pg.types.getTypeParser(oid, format ?? 'text') as (value: string) => unknown;
  },
};

/** Wraps a connection in the port that the rest of the package uses. */
export function sqlOver(connection: Connection): Sql {
  const run = (text: string, params: readonly unknown[] = [], { planOnce = false }: QueryOptions = {}) =>
    connection.query({ text, values: [...params], types, planOnce });
  return {
    async query<R extends Row>(text: string, params?: readonly unknown[], options?: QueryOptions) {
      // Rows leave the driver here, and the caller of each statement declares its columns.
      return (await run(text, params, options)).rows as R[];
    },
    execute: async (text, params, options) => (await run(text, params, options)).rowCount ?? 0,
    script: (text) => connection.script(text),
    copyIn: (target, rows) => connection.copyIn(target, rows),
  };
}

/** The same, with a connection taken for each statement. */
export function sqlOverPool(take: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>): Sql {
  return {
    query: <R extends Row>(text: string, params?: readonly unknown[], options?: QueryOptions) =>
      take((connection) => sqlOver(connection).query<R>(text, params, options)),
    execute: (text, params, options) =>
      take((connection) => sqlOver(connection).execute(text, params, options)),
    script: (text) =>
      take(async (connection) => {
        try {
          return await connection.script(text);
        } catch (error) {
          // A failed script may leave a transaction open, which the next user of the connection would be in.
          await connection.script('ROLLBACK').catch(() => undefined);
          throw error;
        }
      }),
    copyIn: (target, rows) => take((connection) => connection.copyIn(target, rows)),
  };
}

/** Runs work in one transaction of the connection; a thrown error rolls it back. `begin` may set more than it begins. */
export async function inTransaction<T>(
  connection: Connection,
  work: (sql: Sql) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  await connection.script(begin);
  try {
    const result = await work(sqlOver(connection));
    await connection.script('COMMIT');
    return result;
  } catch (error) {
    await connection.script('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

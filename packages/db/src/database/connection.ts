import pg from 'pg';
import type { Row, Sql } from './database.ts';

/** What a statement brought back. */
export interface StatementResult {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

/** One connection, or the embedded database while nobody else has it. */
export interface Connection {
  query(statement: { text: string; values: unknown[]; types: typeof types }): Promise<StatementResult>;
  script(text: string): Promise<Row[]>;
  copyIn(target: string, rows: Uint8Array): Promise<number>;
}

// pg gives int8 as text, which adds up to "11" + 1 = "111" somewhere, and numbers lose digits above 2^53.
const INT8 = 20;
const INT8_ARRAY = 1016;
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    if (oid === INT8) return BigInt;
    if (oid === INT8_ARRAY)
      return (value) =>
        (value.match(/-?\d+|NULL/g) ?? []).map((item) => (item === 'NULL' ? null : BigInt(item)));
    return pg.types.getTypeParser(oid, format ?? 'text');
  },
};

/** The port that the rest of the room speaks, over any connection. */
export function sqlOver(connection: Connection): Sql {
  const run = (text: string, params: readonly unknown[] = []) =>
    connection.query({ text, values: [...params], types });
  return {
    async query<R extends Row>(text: string, params?: readonly unknown[]) {
      // Each statement's caller names its own columns: this is where rows leave the driver.
      return (await run(text, params)).rows as R[];
    },
    execute: async (text, params) => (await run(text, params)).rowCount ?? 0,
    script: (text) => connection.script(text),
    copyIn: (target, rows) => connection.copyIn(target, rows),
  };
}

/** The same, taking a connection for each statement. */
export function sqlOverPool(take: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>): Sql {
  return {
    query: <R extends Row>(text: string, params?: readonly unknown[]) =>
      take((connection) => sqlOver(connection).query<R>(text, params)),
    execute: (text, params) => take((connection) => sqlOver(connection).execute(text, params)),
    script: (text) =>
      take(async (connection) => {
        try {
          return await connection.script(text);
        } catch (error) {
          // A script may open a transaction by itself, which its failure would leave open for whoever comes next.
          await connection.script('ROLLBACK').catch(() => undefined);
          throw error;
        }
      }),
    copyIn: (target, rows) => take((connection) => connection.copyIn(target, rows)),
  };
}

import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Connection } from '../connection.ts';
import type { Row } from '../database.ts';

/** Wraps a connection of `pg` in the package's port. */
export function serverConnection(client: pg.ClientBase): Connection {
  return {
    query: async (statement) => {
      const result = await client.query<Record<string, unknown>>(statement);
      return { rows: result.rows, rowCount: result.rowCount };
    },
    enter: async (text, values) => {
      await client.query(text, [...values]);
    },
    script: async (text) => {
      // Several statements return several results, which the driver's types do not say.
      const results: unknown = await client.query(text);
      return (Array.isArray(results) ? results : [results]).flatMap(
        (result: pg.QueryResult<Row>) => result.rows,
      );
    },
    copyIn: async (target, rows) => {
      const stream = client.query(copyFrom(`COPY ${target} FROM STDIN WITH (FORMAT binary)`));
      await pipeline(Readable.from(chunksOf(rows)), stream);
      return stream.rowCount ?? 0;
    },
  };
}

/** Splits rows into chunks: one large message would be copied as a whole before its first byte is sent. */
function* chunksOf(rows: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < rows.length; at += 64 * 1024) yield rows.subarray(at, at + 64 * 1024);
}

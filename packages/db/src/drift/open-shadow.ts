import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, type SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { EmbeddedPool } from '../database/embedded/embedded-pool.ts';
import { PgliteThread } from '../database/embedded/pglite-thread.ts';

/** An empty database in which the schema engine replays migrations. It is dropped afterwards. */
export interface Shadow extends AsyncDisposable {
  readonly adapter: SqlDriverAdapter;
}

/** Creates a database on a server, or in memory if there is no URL. */
export function openShadow(url: string | null): Promise<Shadow> {
  return url === null ? embeddedShadow() : serverShadow(url);
}

async function embeddedShadow(): Promise<Shadow> {
  const thread = await PgliteThread.start({ dataDir: null, template: null });
  const pool = new EmbeddedPool({
    thread,
    counters: { statements: 0, rows: 0 },
    space: null,
  });
  const adapter = await adapterOver(pool, (text) => thread.ask({ kind: 'script', text }));
  return { adapter, [Symbol.asyncDispose]: () => thread.close() };
}

async function serverShadow(url: string): Promise<Shadow> {
  const name = `drift_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`CREATE DATABASE "${name}"`);
  const pool = new pg.Pool({
    connectionString: Object.assign(new URL(url), { pathname: `/${name}` }).href,
    max: 2,
  });
  const query: (text: string) => Promise<unknown> = pool.query.bind(pool);
  const adapter = await adapterOver(pool, query);
  return {
    adapter,
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await admin.query(`DROP DATABASE "${name}" WITH (FORCE)`);
      await admin.end();
    },
  };
}

const INTERNAL_CHAR = 18;
const TEXT = 25;

/** Prisma's adapter for `pg`, extended by the things that only the schema engine needs. */
async function adapterOver(
  pool: pg.Pool,
  script: (text: string) => Promise<unknown>,
): Promise<SqlDriverAdapter> {
  // The adapter does not know the catalogue's "char" type: it passes as text, and gets its type back below.
  const letters = new WeakMap<object, readonly number[]>();
  const query: (statement: pg.QueryArrayConfig) => Promise<pg.QueryArrayResult> = pool.query.bind(pool);
  Object.assign(pool, {
    query: async (statement: pg.QueryArrayConfig) => {
      const result = await query(statement);
      const found = result.fields.flatMap(({ dataTypeID }, index) =>
        dataTypeID === INTERNAL_CHAR ? [index] : [],
      );
      for (const field of result.fields) if (field.dataTypeID === INTERNAL_CHAR) field.dataTypeID = TEXT;
      letters.set(result.rows, found);
      return result;
    },
  });
  const adapter = await new PrismaPg(pool).connect();
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (statement) => {
    const result = await queryRaw(statement);
    for (const index of letters.get(result.rows) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
  // The adapter's own version splits a script at every semicolon, even inside a function body.
  adapter.executeScript = async (text) => void (await script(text));
  // The engine disposes of the adapter after each command; the shadow closes it.
  adapter.dispose = () => Promise.resolve();
  return adapter;
}

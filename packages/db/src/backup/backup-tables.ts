import type { Sql } from '../database/database.ts';
import { quoted } from '../migrate/vector-columns.ts';

/** Tables that no backup holds, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {
  _prisma_migrations: 'The migrations of the target record themselves; the head of the file names them.',
  session: 'A session is a credential in plain text, and ends soon. People sign in again.',
  verification: 'Sign-in links and codes end soon.',
};

/** Tables of people and of the instance. A backup of one project leaves them out, because they belong to the server. */
const ofTheInstance = new Set(['api_key', 'invitation', 'project_member', 'mail_delivery', 'audit_log']);

/** The order of rows where a row may refer to an earlier one of its own table. */
export const orders: Readonly<Record<string, string>> = {
  memory_entry: 'id',
  project_sync: 'number nulls last, queued_at, id',
};

/** A table as a backup reads and a restore writes it. */
export interface BackupTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** The SQL type of each column. */
  readonly types: readonly string[];
  /** The function that turns a value of the column into PostgreSQL's binary form. */
  readonly senders: readonly string[];
  /** Vectors in text are three times as long and thirty times as slow, so tables with them go in binary form. */
  readonly isBinary: boolean;
  /** Rows of up to megabytes are read a few at a time. */
  readonly isWide: boolean;
  /** The column that names the project; null where rows belong to no project. */
  readonly project: string | null;
  readonly sequences: readonly { readonly column: string; readonly sequence: string }[];
  readonly refersTo: readonly string[];
}

interface TableRow extends Record<string, unknown> {
  readonly name: string;
  readonly columns: string[];
  readonly types: string[];
  readonly senders: string[];
  readonly sequences: { column: string; sequence: string }[] | null;
  readonly refers_to: string[] | null;
}

const tablesQuery = `
  select c.relname::text as name,
         array_agg(a.attname::text order by a.attnum) as columns,
         array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types,
         array_agg(t.typsend::regproc::text order by a.attnum) as senders,
         json_agg(json_build_object('column', a.attname, 'sequence',
             pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)))
           filter (where pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) is not null) as sequences,
         (select array_agg(distinct f.relname::text) from pg_constraint k join pg_class f on f.oid = k.confrelid
           where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as refers_to
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    join pg_type t on t.oid = a.atttypid
   where n.nspname = 'public' and c.relkind = 'r'
     and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
   group by c.oid, c.relname, n.nspname
   order by c.relname`;

/** Returns the tables of a backup, each behind those that it refers to. With `project`, those of one project. */
export async function backupTables(sql: Pick<Sql, 'query'>, one: boolean): Promise<BackupTable[]> {
  const rows = await sql.query<TableRow>(tablesQuery);
  const tables = rows.filter(({ name }) => !Object.hasOwn(leftOut, name)).map(tableOf);
  return sorted(
    one ? tables.filter((table) => table.project !== null && !ofTheInstance.has(table.name)) : tables,
  );
}

function tableOf({ name, columns, types, senders, sequences, refers_to: refersTo }: TableRow): BackupTable {
  return {
    name,
    columns,
    types,
    senders,
    isBinary: types.some((type) => /^(vector|halfvec|sparsevec)\b/.test(type)),
    isWide: types.includes('bytea'),
    project: name === 'project' ? 'id' : columns.includes('project_id') ? 'project_id' : null,
    sequences: sequences ?? [],
    refersTo: refersTo ?? [],
  };
}

function sorted(tables: readonly BackupTable[]): BackupTable[] {
  const result: BackupTable[] = [];
  const left = new Map(tables.map((table) => [table.name, table]));
  while (left.size > 0) {
    const ready = [...left.values()].filter(({ refersTo }) => refersTo.every((name) => !left.has(name)));
    if (ready.length === 0)
      throw new Error(`Tables refer to each other in a circle: ${[...left.keys()].join(', ')}`);
    for (const table of ready) {
      result.push(table);
      left.delete(table.name);
    }
  }
  return result;
}

/** The SQL of one row as a line: a JSON array of texts and nulls. */
export function lineOf({
  columns,
  senders,
  isBinary,
}: Pick<BackupTable, 'columns' | 'senders' | 'isBinary'>): string {
  const values = columns.map((column, index) =>
    isBinary ? `encode(${senders[index] ?? ''}(${quoted(column)}), 'hex')` : `${quoted(column)}::text`,
  );
  return `json_build_array(${values.join(', ')})::text`;
}

/** The condition that limits a table to a project, with the ID as $1; empty for all rows. */
export function limitOf({ project }: Pick<BackupTable, 'project'>, one: boolean): string {
  return one && project !== null ? ` where ${quoted(project)} = $1` : '';
}

/** Settings that texts of values depend on, and limits that a long reading would meet. */
export const settings = `set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
  set local bytea_output = 'hex'; set local extra_float_digits = 1; set local statement_timeout = 0;
  set local idle_in_transaction_session_timeout = 0`;

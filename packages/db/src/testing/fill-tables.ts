import { backupTables } from '../backup/backup-tables.ts';
import type { Database, Sql } from '../database/database.ts';
import { quoted } from '../migrate/vector-columns.ts';

interface ColumnRow extends Record<string, unknown> {
  readonly name: string;
  readonly type: string;
  readonly is_enum: boolean;
  readonly is_needed: boolean;
}
interface LinkRow extends Record<string, unknown> {
  readonly columns: string[];
  readonly target: string;
  readonly target_columns: string[];
}

const columnsQuery = `
  SELECT a.attname::text AS name, format_type(a.atttypid, NULL) AS type, t.typtype = 'e' AS is_enum,
         a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS is_needed
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
   WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`;
const linksQuery = `
  SELECT f.relname::text AS target,
         ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY c (n, at) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.n ORDER BY c.at) AS columns,
         ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY c (n, at) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = c.n ORDER BY c.at) AS target_columns
    FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
   WHERE k.contype = 'f' AND k.conrelid = $1::regclass AND k.confrelid <> k.conrelid`;

/** A value of each type that columns have. */
const samples: Readonly<Record<string, string>> = {
  uuid: 'gen_random_uuid()',
  text: `'x'`,
  'character varying': `'x'`,
  integer: '1',
  smallint: '1',
  bigint: '1',
  numeric: '1',
  real: '0.5',
  'double precision': '1',
  boolean: 'true',
  bytea: `'\\x00ff'`,
  jsonb: `'{}'`,
  json: `'{}'`,
  'timestamp with time zone': 'now()',
  tsvector: `'x'`,
};

function sampleOf(type: string): string {
  return type.endsWith('[]') ? `'{}'` : (samples[type] ?? 'NULL');
}

/** Values that a condition of their table asks for. */
const asked: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  document: { kind: `'WRITTEN'`, repository_id: 'NULL', branch_id: 'NULL', added: 'NULL', content: `'x'` },
  pattern_judgement: { state: `'OPEN'` },
};

/** Gives each table without a row one, made from its columns, so that a test of all tables is one of their rows too. */
export async function fillTables({ system }: Pick<Database, 'system'>, projectId: string): Promise<void> {
  for (const { name, project } of await backupTables(system, false)) {
    const [found] = await system.query<{ any: boolean }>(
      `SELECT exists (SELECT FROM ${quoted('public', name)}) AS any`,
    );
    if (found?.any !== true) await insertSample(system, { name, projectColumn: project, projectId });
  }
}

async function insertSample(
  sql: Sql,
  table: { readonly name: string; readonly projectColumn: string | null; readonly projectId: string },
): Promise<void> {
  const target = quoted('public', table.name);
  const columns = await sql.query<ColumnRow>(columnsQuery, [target]);
  const links = await sql.query<LinkRow>(linksQuery, [target]);
  const values = new Map(
    columns.flatMap(({ name, type, is_enum: isEnum, is_needed: isNeeded }) =>
      isNeeded ? [[name, isEnum ? `(enum_range(NULL::${type}))[1]` : sampleOf(type)] as const] : [],
    ),
  );
  for (const { columns: own, target: to, target_columns: theirs } of links)
    for (const [index, column] of own.entries()) {
      const limit = theirs.includes('project_id') ? ` WHERE project_id = '${table.projectId}'` : '';
      values.set(
        column,
        `(SELECT ${quoted(theirs[index] ?? '')} FROM ${quoted('public', to)}${limit} ORDER BY 1 LIMIT 1)`,
      );
    }
  for (const [column, value] of Object.entries(asked[table.name] ?? {})) values.set(column, value);
  if (table.projectColumn !== null) values.set(table.projectColumn, `'${table.projectId}'`);
  await sql.script(
    `INSERT INTO ${target} (${[...values.keys()].map((column) => quoted(column)).join(', ')}) VALUES (${[...values.values()].join(', ')})`,
  );
}

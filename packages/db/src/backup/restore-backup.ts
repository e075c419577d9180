import type { Database, Sql } from '../database/database.ts';
import { copyRows, type CopyField } from '../database/copy-rows.ts';
import { DbError } from '../database/db-error.ts';
import { prepareQueues } from '../jobs/prepare-queues.ts';
import { applyMigrations } from '../migrate/apply-migrations.ts';
import { readLedger } from '../migrate/ledger.ts';
import type { MigrationResult } from '../migrate/migrate.ts';
import { ownMigrations, readMigrations } from '../migrate/migration-folder.ts';
import { appliedIn } from '../migrate/pending.ts';
import { quoted } from '../migrate/vector-columns.ts';
import { type BackupHead, hashOf, sumSql, type TableCount, type TableStart } from './backup-format.ts';
import { backupTables, type BackupTable, limitOf, lineOf, settings } from './backup-tables.ts';
import { checkBackup, readBackup } from './read-backup.ts';

/** A restored backup, with the counts and hashes that were read back from the target. */
export interface RestoredBackup {
  readonly project: string | null;
  readonly createdAt: string;
  readonly tables: readonly TableCount[];
  /** Migrations that were applied after the restore, since the backup is older than this version. */
  readonly migrated: readonly string[];
}

/** Rows are sent in statements of about this size. */
const BATCH_CHARACTERS = 4 << 20;

/**
 * Restores a backup into an empty database, or one project into an instance that lacks it. The file is read and checked
 * as a whole first; the rows are written, counted and hashed in one transaction, so that a failure leaves nothing.
 */
export async function restoreBackup(database: Database, file: string): Promise<RestoredBackup> {
  const { head, tail } = await checkBackup(file);
  await migrateTo(database, head);
  await database.transaction(async (sql) => {
    await sql.script(settings);
    const tables = await backupTables(sql, head.project !== null);
    await requireRoom(sql, head, tables);
    await withoutTriggers(sql, tables, () => load(sql, file, tables));
    await restart(sql, tables);
    if (head.project !== null) await addMembers(sql, head);
    await prove(sql, { head, tables, expected: tail.tables });
    if (head.project !== null) await endForeignRights(sql, head.project.id);
  });
  const migrated = done(await applyMigrations(database));
  await prepareQueues(database);
  const { project, createdAt } = head;
  return { project: project?.slug ?? null, createdAt, tables: tail.tables, migrated };
}

/** Brings an unmigrated database to the migrations of the backup. A migrated one must have exactly these. */
async function migrateTo(database: Database, { migrations, project }: BackupHead): Promise<void> {
  const own = new Set((await readMigrations(ownMigrations)).map(({ name }) => name));
  const unknown = migrations.filter((name) => !own.has(name));
  if (unknown.length > 0)
    throw new DbError(
      'BACKUP_UNSUITABLE',
      `The backup was made by a newer version: it has ${unknown.join(', ')}. Restore it with that version. Nothing was changed.`,
    );
  const applied = [...appliedIn(await readLedger(database.system)).keys()].sort();
  if (applied.length === 0) {
    done(await applyMigrations(database, { only: new Set(migrations) }));
    return;
  }
  if (applied.join() === migrations.join()) return;
  throw new DbError(
    'BACKUP_UNSUITABLE',
    project === null
      ? 'The database was migrated to another version than the backup has. Restore into a database that is not migrated yet: the restore migrates it. Nothing was changed.'
      : 'The backup and the database have other migrations. Restore it into an empty database with this version, and back up the project from there. Nothing was changed.',
  );
}

function done(result: MigrationResult): readonly string[] {
  if (result.outcome === 'done') return result.applied;
  if (result.outcome === 'nothing-to-do') return [];
  const why =
    result.outcome === 'failed'
      ? result.message
      : result.outcome === 'refused'
        ? result.refusals.map((refusal) => refusal.why).join('; ')
        : result.outcome;
  throw new DbError('MIGRATIONS_REFUSED', `The database could not be migrated: ${why}.`);
}

async function requireRoom(sql: Sql, { project }: BackupHead, tables: readonly BackupTable[]): Promise<void> {
  if (project !== null) {
    const found = await sql.query('select id from project where id = $1 or slug = $2', [
      project.id,
      project.slug,
    ]);
    if (found.length === 0) return;
    throw new DbError(
      'RESTORE_NOT_EMPTY',
      `The instance has the project ${project.slug} already. Nothing was changed.`,
    );
  }
  const [row] = await sql.query<{ filled: string[] }>(
    `select array_remove(array[${tables
      .map(({ name }) => `case when exists (select from only ${quoted('public', name)}) then '${name}' end`)
      .join(', ')}], null) as filled`,
  );
  const filled = row?.filled ?? [];
  if (filled.length > 0)
    throw new DbError(
      'RESTORE_NOT_EMPTY',
      `The database is not empty (${filled.slice(0, 5).join(', ')}). Restore into an empty one: another DATA_DIR, or a new database. Nothing was changed.`,
    );
}

/** Runs work while no trigger of a table computes values that the rows have already. The guard's own stay. */
async function withoutTriggers(
  sql: Sql,
  tables: readonly BackupTable[],
  work: () => Promise<void>,
): Promise<void> {
  const triggers = await sql.query<{ table: string; name: string; mode: string }>(
    `select c.relname::text as table, t.tgname::text as name,
            case t.tgenabled when 'A' then 'always ' when 'R' then 'replica ' else '' end as mode
       from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = 'public'::regnamespace and c.relname = any ($1::text[]) and not t.tgisinternal
        and t.tgenabled <> 'D' and t.tgtype & 4 <> 0 and t.tgname not like 'project\\_sync\\_guard\\_%'`,
    [tables.map(({ name }) => name)],
  );
  const change = (how: (mode: string) => string): string =>
    triggers
      .map(
        ({ table, name, mode }) =>
          `alter table ${quoted('public', table)} ${how(mode)} trigger ${quoted(name)};`,
      )
      .join('\n');
  await sql.script(change(() => 'disable'));
  await work();
  await sql.script(change((mode) => `enable ${mode}`));
}

/** Writes the rows in the order of the file, where each table comes behind those that it refers to. */
async function load(sql: Sql, file: string, tables: readonly BackupTable[]): Promise<void> {
  const known = new Map(tables.map((table) => [table.name, table]));
  let at: { readonly table: BackupTable; readonly start: TableStart } | null = null;
  let batch: string[] = [];
  let characters = 0;
  const flush = async (): Promise<void> => {
    if (at !== null && batch.length > 0) await insert(sql, at, batch);
    batch = [];
    characters = 0;
  };
  for await (const line of readBackup(file)) {
    if (line.kind === 'table') {
      await flush();
      const table = known.get(line.start.table);
      if (table === undefined)
        throw new DbError('BACKUP_UNSUITABLE', `The database has no table ${line.start.table}.`);
      at = { table, start: line.start };
      continue;
    }
    batch.push(line.line);
    characters += line.line.length;
    if (characters >= BATCH_CHARACTERS) await flush();
  }
  await flush();
}

async function insert(
  sql: Sql,
  { table, start }: { readonly table: BackupTable; readonly start: TableStart },
  lines: readonly string[],
): Promise<void> {
  const columns = start.columns.map((column) => quoted(column)).join(', ');
  const target = `${quoted('public', table.name)} (${columns})`;
  if (start.binary) {
    await sql.copyIn(target, copyRows(lines.map(fieldsOf)));
    return;
  }
  const values = start.columns.map((column, index) => {
    const type = table.types[table.columns.indexOf(column)];
    if (type === undefined)
      throw new DbError('BACKUP_UNSUITABLE', `The table ${table.name} has no column ${column}.`);
    return `(r->>${index})::${type}`;
  });
  await sql.execute(
    `insert into ${target} overriding system value select ${values.join(', ')} from json_array_elements($1::json) r`,
    [`[${lines.join(',')}]`],
  );
}

function fieldsOf(line: string): CopyField[] {
  const values = JSON.parse(line) as (string | null)[];
  return values.map((value) => (value === null ? null : { binary: Buffer.from(value, 'hex') }));
}

/** Sets each sequence behind the largest number that was restored, and never back. */
async function restart(sql: Sql, tables: readonly BackupTable[]): Promise<void> {
  const parts = tables.flatMap(({ name, sequences }) =>
    sequences.map(
      ({ column, sequence }) =>
        `select setval('${sequence}', greatest((select coalesce(max(${quoted(column)}), 1) from ${quoted('public', name)}),
           (select last_value from ${sequence})))`,
    ),
  );
  if (parts.length > 0) await sql.query(parts.join(' union all '));
}

/** Gives the project to those of its members who are known here; without an owner among them, to the first operator. */
async function addMembers(sql: Sql, { project, members }: BackupHead): Promise<void> {
  await sql.execute(
    `insert into project_member (project_id, user_id, role)
     select $1, u.id, m.role::project_role
       from json_to_recordset($2::json) m(email text, role text) join "user" u on lower(u.email) = lower(m.email)`,
    [project?.id, JSON.stringify(members)],
  );
  await sql.execute(
    `insert into project_member (project_id, user_id, role)
     select $1, id, 'OWNER' from "user"
      where is_operator and shut_out_at is null
        and not exists (select from project_member where project_id = $1 and role = 'OWNER')
      order by created_at, id limit 1
     on conflict (project_id, user_id) do update set role = 'OWNER'`,
    [project?.id],
  );
}

/** Ends the rights that another instance's operator gave: this one's has given none, nor a model's cost. */
async function endForeignRights(sql: Sql, projectId: string): Promise<void> {
  await sql.execute('update project set operator_access = false, model_pages = false where id = $1', [
    projectId,
  ]);
  await sql.execute('update repository set operator_access = false where project_id = $1', [projectId]);
}

/** Counts and hashes what the target holds now. A difference rolls everything back. */
async function prove(
  sql: Sql,
  given: {
    readonly head: BackupHead;
    readonly tables: readonly BackupTable[];
    readonly expected: readonly TableCount[];
  },
): Promise<void> {
  const { head, expected } = given;
  const one = head.project !== null;
  const tables = new Map(given.tables.map((table) => [table.name, table]));
  const parts = expected.flatMap(({ table: name }) => {
    const table = tables.get(name);
    if (table === undefined) return [];
    return [
      `select '${name}' as name, ${sumSql(lineOf(table))} from only ${quoted('public', name)}${limitOf(table, one)}`,
    ];
  });
  const found = await sql.query<{ name: string; rows: string; high: string; low: string }>(
    parts.join(' union all '),
    one ? [head.project.id] : [],
  );
  const counted = new Map(found.map((row) => [row.name, `${row.rows} ${hashOf(row)}`]));
  const differing = expected.filter(({ table, rows, hash }) => counted.get(table) !== `${rows} ${hash}`);
  if (differing.length === 0) return;
  throw new DbError(
    'BACKUP_DAMAGED',
    `What was restored differs from the backup in ${differing.map(({ table }) => table).join(', ')}. Nothing was changed.`,
  );
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { MigrationSql } from '../connection.ts';
import { keptSchema, keptTables } from '../kept-tables.ts';

/** The parts of the guard that a database has. */
export interface GuardState {
  readonly installed: boolean;
  /** Event triggers, which see DDL. Some hosts do not allow them. */
  readonly eventTriggers: boolean;
  /** Whether a role of its own owns the guard. */
  readonly ownRole: boolean;
  /** The missing parts and the reason, for people; null where nothing is missing. */
  readonly gap: string | null;
}

const eventTriggers = [
  ['project_sync_guard_start', 'ddl_command_start', 'on_start', startTags()],
  ['project_sync_guard_drop', 'sql_drop', 'on_drop', ''],
  ['project_sync_guard_rewrite', 'table_rewrite', 'on_rewrite', ''],
  ['project_sync_guard_command', 'ddl_command_end', 'on_command', ''],
] as const;

const guardSql = readFileSync(new URL('./guard.sql', import.meta.url), 'utf8');
/** Changes whenever a part of the guard changes. */
export const guardVersion = `project_sync_guard ${createHash('sha256')
  .update(guardSql + JSON.stringify([eventTriggers, keptTables]))
  .digest('hex')
  .slice(0, 16)}`;

const named = (holds: 'vectors' | 'history'): string[] =>
  Object.entries(keptTables).flatMap(([name, table]) => (table.holds === holds ? [name] : []));

/**
 * Installs the guard or renews an older one, and protects tables added since. It runs in the migration's transaction,
 * so that a protected table is never without the guard.
 */
export async function installGuard(sql: MigrationSql): Promise<GuardState> {
  const found = await installedGuard(sql);
  // Only a superuser can renew a guard that a superuser installed. An older one keeps protecting.
  if (found?.version !== guardVersion && found?.fixed !== true) await renew(sql);
  await protectTables(sql);
  return guardState(sql);
}

/**
 * Installs the guard where it is missing, older or incomplete, as after a restore. Costs two queries otherwise. Returns
 * its state where it did something.
 */
export async function ensureGuard(sql: MigrationSql): Promise<GuardState | null> {
  const found = await installedGuard(sql);
  if (found?.fixed === true) return null;
  if (found?.version === guardVersion && (await isWhole(sql))) return null;
  await renew(sql);
  await sql.script('select project_sync_guard.forget_strangers()');
  await protectTables(sql);
  return guardState(sql);
}

async function renew(sql: MigrationSql): Promise<void> {
  for (const [name] of eventTriggers) await dropEventTrigger(sql, name);
  await sql.script(guardSql);
  await sql.script(
    `comment on schema project_sync_guard is '${guardVersion}'; set local project_sync_guard.renew = 'yes'`,
  );
}

/** Protects the tables that are not protected yet; after a renewal, all of them. */
async function protectTables(sql: MigrationSql): Promise<void> {
  await sql.query('select count(*)::int from project_sync_guard.refresh($1, $2::text[], $3::text[])', [
    keptSchema,
    named('vectors'),
    named('history'),
  ]);
  await sql.script(`set local project_sync_guard.renew = ''`);
  for (const [name, event, handler, tags] of eventTriggers) {
    await makeEventTrigger(sql, name, `on ${event} ${tags} execute function project_sync_guard.${handler}()`);
  }
}

async function isWhole(sql: MigrationSql): Promise<boolean> {
  const [row] = await sql.query<{ whole: boolean }>(
    `select project_sync_guard.is_whole($1, $2::text[])
        and (not (select rolsuper from pg_roles where rolname = current_user)
             or ${eventTriggers.length} = (select count(*) from pg_event_trigger
                  where evtname like 'project\\_sync\\_guard\\_%' and evtenabled in ('O', 'A'))) as whole`,
    [keptSchema, Object.keys(keptTables)],
  );
  return row?.whole === true;
}

async function installedGuard(
  sql: MigrationSql,
): Promise<{ version: string | null; fixed: boolean } | undefined> {
  const [found] = await sql.query<{ version: string | null; fixed: boolean }>(
    `select obj_description(to_regnamespace('project_sync_guard')::oid, 'pg_namespace') as version,
            exists (select from pg_event_trigger where evtname = 'project_sync_guard_command')
              and not (select rolsuper from pg_roles where rolname = current_user) as fixed`,
  );
  return found;
}

/** Returns the parts of the guard that are installed. */
async function guardState(sql: MigrationSql): Promise<GuardState> {
  const [row] = await sql.query<{ installed: boolean; events: number; own: boolean }>(
    `select to_regnamespace('project_sync_guard') is not null as installed,
            (select count(*)::int from pg_event_trigger
              where evtname like 'project\\_sync\\_guard\\_%' and evtenabled in ('O', 'A')) as events,
            coalesce((select pg_get_userbyid(nspowner) = 'project_sync_guard' from pg_namespace
                       where nspname = 'project_sync_guard'), false) as own`,
  );
  const installed = row?.installed === true;
  const hasEvents = row?.events === eventTriggers.length;
  const gaps = [
    ...(installed && !hasEvents
      ? [
          'this server lets only a superuser create event triggers, so DROP and ALTER typed by hand are not refused',
        ]
      : []),
    ...(installed && row?.own !== true
      ? ['the guard has no role of its own, so the role that migrates could replace it']
      : []),
  ];
  return {
    installed,
    eventTriggers: hasEvents,
    ownRole: row?.own === true,
    gap: gaps.length === 0 ? null : gaps.join('; '),
  };
}

/** Only a superuser may create one. The refusal is caught inside the statement, so that the transaction goes on. */
async function makeEventTrigger(sql: MigrationSql, name: string, definition: string): Promise<void> {
  await sql.script(`do $do$ begin
    if not exists (select from pg_event_trigger where evtname = '${name}') then
      create event trigger ${name} ${definition};
      alter event trigger ${name} enable always;
    end if;
  exception when insufficient_privilege then null; end $do$`);
}

async function dropEventTrigger(sql: MigrationSql, name: string): Promise<void> {
  await sql.script(`do $do$ begin
    drop event trigger if exists ${name};
  exception when insufficient_privilege then null; end $do$`);
}

function startTags(): string {
  const tags = [
    'DROP SCHEMA',
    'DROP FUNCTION',
    'DROP ROUTINE',
    'DROP OWNED',
    'ALTER FUNCTION',
    'ALTER ROUTINE',
    'ALTER SCHEMA',
  ];
  return `when tag in (${tags.map((tag) => `'${tag}'`).join(', ')})`;
}

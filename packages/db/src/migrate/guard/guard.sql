-- The guard: refuses, inside the database, every statement that would lose a vector, a superseded row or history,
-- from any client. The migration runner installs and renews it. Its event triggers are created by install-guard.ts,
-- because only a superuser may create them.

-- A role without login owns the guard, so that a table's owner cannot replace it. Where the server does not allow a
-- new role, the guard belongs to the role that installs it.
do $$
begin
  if to_regrole('project_sync_guard') is null then
    create role project_sync_guard nologin;
  end if;
exception when insufficient_privilege or duplicate_object or unique_violation then
  raise notice 'the guard has no role of its own: %', sqlerrm;
end $$;

create schema if not exists project_sync_guard;
grant usage on schema project_sync_guard to public;

-- The register names its tables and types, so that a dump carries the names: numbers mean something else elsewhere.
create table if not exists project_sync_guard.kept_table (
  relation    regclass primary key,
  holds       text not null check (holds in ('vectors', 'history')),
  schema_name name not null,
  table_name  name not null,
  kind        "char" not null,
  persistence "char" not null,
  parents     regclass[] not null,
  triggers    bigint not null
);
create table if not exists project_sync_guard.kept_column (
  relation    regclass not null,
  attribute   int2 not null,
  column_name name not null,
  type        regtype not null,
  modifier    int4 not null,
  expression  text,
  primary key (relation, attribute)
);
do $$
begin
  if exists (select from pg_attribute where attrelid = 'project_sync_guard.kept_table'::regclass
              and attname = 'relation' and atttypid = 'oid'::regtype) then
    alter table project_sync_guard.kept_table
      alter column relation type regclass, alter column parents type regclass[] using parents::regclass[];
    alter table project_sync_guard.kept_column
      alter column relation type regclass, alter column type type regtype;
  end if;
end $$;
-- Who released what for deletion, and why. Nothing deletes from it.
create table if not exists project_sync_guard.release_log (
  id          bigint generated always as identity primary key,
  transaction xid8 not null,
  scope       text not null,
  reason      text not null,
  role        name not null,
  at          timestamptz not null default clock_timestamp()
);
create index if not exists release_log_transaction on project_sync_guard.release_log (transaction);
create table if not exists project_sync_guard.state (
  only_row  boolean primary key default true check (only_row),
  functions text not null
);
grant select on project_sync_guard.kept_table, project_sync_guard.kept_column to public;

-- The only way to delete protected rows. It releases a project ('<its id>') or a table without projects
-- ('<schema>.<table>') for the rest of the transaction, and logs the release.
create or replace function project_sync_guard.release(scope text, reason text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce(trim(reason), '') = '' then
    raise exception 'project_sync_guard: a release needs a reason' using errcode = 'PSG01';
  end if;
  insert into project_sync_guard.release_log (transaction, scope, reason, role)
  values (pg_current_xact_id(), release.scope, release.reason, session_user);
end $$;
revoke all on function project_sync_guard.release(text, text) from public;

create or replace function project_sync_guard.is_released(scopes text[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from project_sync_guard.release_log
     where transaction = pg_current_xact_id_if_assigned() and scope = any (scopes)
       -- A restored log has the numbers of another server's transactions, which come round again.
       and at >= now())
$$;

create or replace function project_sync_guard.refuse(what text, safe text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'project_sync_guard: %', what using errcode = 'PSG01', hint = safe;
end $$;

-- The types that hold vectors, and domains and arrays of them.
create or replace function project_sync_guard.vector_types() returns setof oid
language sql stable set search_path = pg_catalog, pg_temp as $$
  with recursive held (oid) as (
    select t.oid from pg_type t where t.typtype = 'b' and t.typname in ('vector', 'halfvec', 'sparsevec')
    union
    select t.oid from pg_type t join held h
      on (t.typtype = 'd' and t.typbasetype = h.oid) or (t.typcategory = 'A' and t.typelem = h.oid)
  )
  select oid from held
$$;

create or replace function project_sync_guard.vector_columns(relation oid) returns setof int2
language sql stable set search_path = pg_catalog, pg_temp as $$
  select a.attnum from pg_attribute a
   where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
     and (a.atttypid in (select project_sync_guard.vector_types())
          or (a.atttypid in ('bit'::regtype, 'varbit'::regtype) and a.atttypmod >= 64))
   order by 1
$$;

-- ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────

-- A row whose vector is deleted or changed. TG_ARGV[0] is the column that names the project, or empty.
create or replace function project_sync_guard.keep_vector() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  project text;
begin
  if coalesce(tg_argv[0], '') <> '' then
    execute format('select ($1).%I::text', tg_argv[0]) into project using old;
  end if;
  if not project_sync_guard.is_released(array[project, format('%I.%I', tg_table_schema, tg_table_name)]) then
    perform project_sync_guard.refuse(
      format('%s would lose a vector of %I.%I', tg_op, tg_table_schema, tg_table_name),
      'Write new vectors beside the old ones, under another model. A removed project is purged after project_sync_guard.release(project, reason).');
  end if;
  return null;
end $$;

-- A row of history whose protected columns change. TG_ARGV[1] is 'listing' where a row becomes history only once its
-- branch's head has reached it; all other rows are history at once.
create or replace function project_sync_guard.keep_truth() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  project text;
  settled boolean := true;
begin
  if coalesce(tg_argv[0], '') <> '' then
    execute format('select ($1).%I::text', tg_argv[0]) into project using old;
  end if;
  if tg_argv[1] = 'listing' then
    execute format(
      'select exists (select from %I.branch b where b.project_id = ($1).project_id and b.id = ($1).branch_id
         and (($1).superseded <= b.head or (($1).added <= b.head and ($1).superseded is not distinct from ($2).superseded)))',
      tg_table_schema) into settled using old, new;
  end if;
  if settled and not project_sync_guard.is_released(array[project, format('%I.%I', tg_table_schema, tg_table_name)]) then
    perform project_sync_guard.refuse(
      format('%s would change history in %I.%I', tg_op, tg_table_schema, tg_table_name),
      'Supersede the row and insert its successor.');
  end if;
  return null;
end $$;

-- A statement that deletes history: superseded rows, finalized syncs, listings that can still be read, or all rows of
-- a table. TG_ARGV[1] is the condition under which a deleted row (g) is history.
create or replace function project_sync_guard.keep_history() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  place text := format('%I.%I', tg_table_schema, tg_table_name);
  project text := case when coalesce(tg_argv[0], '') = '' then 'null::text' else format('g.%I::text', tg_argv[0]) end;
  lost boolean;
begin
  execute format(
    'select exists (select from gone g where (%s) and not project_sync_guard.is_released(array[%s, %L]))',
    tg_argv[1], project, place) into lost;
  -- Under row-level security an empty table only means that this tenant has no rows left in it.
  if not lost and (not row_security_active(tg_relid)
      or coalesce(pg_has_role(to_regrole('project_sync_system'), 'usage'), false)) then
    execute format(
      'select (select count(*) from (select from gone limit 2) few) = 2 and not exists (select from %s)
          and exists (select from gone g where not project_sync_guard.is_released(array[%s, %L]))',
      place, project, place) into lost;
  end if;
  if lost then
    perform project_sync_guard.refuse(
      format('DELETE would lose history of %s', place),
      'Supersede rows instead. A removed project is purged after project_sync_guard.release(project, reason).');
  end if;
  return null;
end $$;

create or replace function project_sync_guard.keep_table() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform project_sync_guard.refuse(
    format('TRUNCATE would empty %I.%I', tg_table_schema, tg_table_name), 'Leave the rows where they are.');
  return null;
end $$;

-- ── What is protected ────────────────────────────────────────────────────────────────────────────────────

-- Adds a table to the register, from which nothing is removed. It only adds, so every role may call it.
create or replace function project_sync_guard.remember(relation oid, holds text, every_column boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into project_sync_guard.kept_table
  select c.oid, remember.holds, n.nspname, c.relname, c.relkind, c.relpersistence,
         array(select inhparent::regclass from pg_inherits where inhrelid = c.oid order by inhparent),
         (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgname like 'project\_sync\_guard\_%')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.oid = remember.relation
  on conflict do nothing;
  insert into project_sync_guard.kept_column
  select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, pg_get_expr(d.adbin, d.adrelid)
    from pg_attribute a
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum and a.attgenerated <> ''
   where a.attrelid = remember.relation and a.attnum > 0 and not a.attisdropped
     and (every_column
          or a.attnum in (select project_sync_guard.vector_columns(remember.relation))
          or exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)))
  on conflict do nothing;
end $$;

-- Creates a trigger, unless a partition inherits it. It is always enabled, so that it also runs in a replica's session.
create or replace function project_sync_guard.put_trigger(relation regclass, name text, body text) returns void
language plpgsql as $$
begin
  if exists (select from pg_trigger t where t.tgrelid = relation and t.tgname = name and t.tgparentid <> 0) then
    return;
  end if;
  execute format('create or replace trigger %I %s', name, replace(body, '@', relation::text));
  execute format('alter table %s enable always trigger %I', relation, name);
end $$;

-- A value in a form that PostgreSQL compares by itself. The operator of a vector's own type would have to be found by
-- the search path, which a restore leaves empty.
create or replace function project_sync_guard.bytes(type oid, value text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when t.typnamespace = 'pg_catalog'::regnamespace and t.typcategory <> 'A' then value
              when t.typtype = 'b' and t.typcategory <> 'A' then format('%s(%s)', t.typsend, value)
              else format('%s::text', value) end
    from pg_type t where t.oid = bytes.type
$$;

-- Protects a table. It runs as its caller, who owns the table and may create triggers on it.
create or replace function project_sync_guard.protect(relation regclass, holds text, every_column boolean) returns void
language plpgsql as $$
declare
  path text := current_setting('search_path');
  project text := coalesce((select quote_literal(attname) from pg_attribute
                             where attrelid = relation and attname = 'project_id' and not attisdropped), quote_literal(''));
  base text := (select relname from pg_class where oid = relation);
  history text := 'false';
  truth text;
  present text;
begin
  -- A restore creates the triggers without a search path. Created without one, they need none.
  perform set_config('search_path', 'pg_catalog, pg_temp', true);
  -- Each trigger is a command that on_command sees; this setting makes it skip the check meanwhile.
  perform set_config('project_sync_guard.protecting', 'yes', true);
  perform project_sync_guard.put_trigger(relation, 'project_sync_guard_truncate',
    'before truncate on @ for each statement execute function project_sync_guard.keep_table()');

  select string_agg(format('old.%1$I is not null', a.attname), ' or '),
         string_agg(format('(old.%1$I is not null and %2$s is distinct from %3$s)', a.attname,
           project_sync_guard.bytes(a.atttypid, format('old.%I', a.attname)),
           project_sync_guard.bytes(a.atttypid, format('new.%I', a.attname))), ' or ')
    into present, truth
    from pg_attribute a where a.attrelid = relation and a.attnum in (select project_sync_guard.vector_columns(relation));
  if present is not null then
    -- A generated column is null in a row trigger's WHEN before PostgreSQL 18 has computed it; AFTER sees it.
    perform project_sync_guard.put_trigger(relation, 'project_sync_guard_delete', format(
      'after delete on @ for each row when (%s) execute function project_sync_guard.keep_vector(%s)', present, project));
    select string_agg(s.change, ' or ') into truth from (
      select truth as change
      union all
      select format('((%s) and old.%2$I is distinct from new.%2$I)', present, a.attname)
        from pg_attribute a join pg_index i on i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)
       where a.attrelid = relation) s;
    perform project_sync_guard.put_trigger(relation, 'project_sync_guard_update', format(
      'after update on @ for each row when (%s) execute function project_sync_guard.keep_vector(%s)', truth, project));
  elsif holds = 'history' then
    if exists (select from pg_attribute where attrelid = relation and attname = 'superseded_at' and not attisdropped) then
      history := 'g.superseded_at is not null';
    end if;
    truth := case base
      when 'repository_file' then '(old.superseded is not null and old.superseded is distinct from new.superseded)
        or (old.branch_id, old.path, old.mode, old.oid, old.added) is distinct from (new.branch_id, new.path, new.mode, new.oid, new.added)'
      when 'project_sync' then 'old.number is not null and (old.number, old.branch_id, old.commit_oid, old.tree_oid, old.previous_sync_id)
        is distinct from (new.number, new.branch_id, new.commit_oid, new.tree_oid, new.previous_sync_id)'
      when 'branch' then 'new.head < old.head'
      -- A passage that newer rules emptied is no history any more; the same text may come again from another file.
      when 'passage' then 'old.hash is distinct from new.hash or (old.text <> '''' and old.text is distinct from new.text)'
      when 'blob' then '(old.oid is distinct from new.oid) or (old.content is not null and old.content is distinct from new.content)'
      when 'git_tree' then '(old.oid, old.content) is distinct from (new.oid, new.content)'
      when 'document' then '(old.content is distinct from new.content) or (old.superseded_at is not null and new.superseded_at is null)'
      when 'memory_entry' then '(old.hash is distinct from new.hash) or (old.superseded_at is not null and new.superseded_at is null)'
      when 'pattern' then 'old.superseded_at is not null and new.superseded_at is null'
      when 'sync_event' then '(old.sequence, old.sync_id) is distinct from (new.sequence, new.sync_id)'
      when 'audit_log' then '(old.action, old.subject, old.actor_id) is distinct from (new.action, new.subject, new.actor_id)'
      else null end;
    history := case base
      when 'repository_file' then format('exists (select from %I.branch b where b.project_id = g.project_id
        and b.id = g.branch_id and g.added <= b.head)', (select nspname from pg_class c join pg_namespace n
        on n.oid = c.relnamespace where c.oid = relation))
      when 'project_sync' then 'g.number is not null'
      when 'branch' then 'g.head > 0'
      when 'audit_log' then 'true'
      else history end;
    perform project_sync_guard.put_trigger(relation, 'project_sync_guard_delete', format(
      'after delete on @ referencing old table as gone for each statement execute function project_sync_guard.keep_history(%s, %L)',
      project, history));
    if truth is not null then
      perform project_sync_guard.put_trigger(relation, 'project_sync_guard_update', format(
        'after update on @ for each row when (%s) execute function project_sync_guard.keep_truth(%s, %L)',
        truth, project, case base when 'repository_file' then 'listing' else '' end));
    end if;
  end if;
  perform set_config('search_path', path, true);
  perform set_config('project_sync_guard.protecting', '', true);
  perform project_sync_guard.remember(relation, holds, every_column);
end $$;

-- The tables of the register that are no longer what it says: after a restore, columns have other numbers.
create or replace function project_sync_guard.strangers() returns setof regclass
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.relation
    from project_sync_guard.kept_table t
    left join pg_class c on c.oid = t.relation
    left join pg_namespace n on n.oid = c.relnamespace
   where (c.relname, n.nspname) is distinct from (t.table_name, t.schema_name)
      or exists (select from project_sync_guard.kept_column k
                   left join pg_attribute a on a.attrelid = k.relation and a.attnum = k.attribute and not a.attisdropped
                  where k.relation = t.relation and a.attname is distinct from k.column_name)
$$;

-- Whether a table has all of its triggers, and the register all of its columns.
create or replace function project_sync_guard.is_protected(relation regclass, every_column boolean) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from project_sync_guard.kept_table t
     where t.relation = is_protected.relation
       and t.relation not in (select project_sync_guard.strangers())
       and t.triggers <= (select count(*) from pg_trigger g
                           where g.tgrelid = t.relation and g.tgname like 'project\_sync\_guard\_%' and g.tgenabled in ('O', 'A')
                             and g.tgfoid in (select oid from pg_proc where pronamespace = 'project_sync_guard'::regnamespace)))
     and not exists (
       select from pg_attribute a
        where a.attrelid = is_protected.relation and a.attnum > 0 and not a.attisdropped
          and (every_column
               or a.attnum in (select project_sync_guard.vector_columns(is_protected.relation))
               or exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)))
          and not exists (select from project_sync_guard.kept_column k
                           where k.relation = a.attrelid and k.attribute = a.attnum))
$$;

-- Whether everything that the register and the two lists name is protected now. A restore that failed in part, or a
-- copy of another version, may lack triggers.
create or replace function project_sync_guard.is_whole(in_schema text, names text[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select not exists (select from project_sync_guard.strangers())
     and not exists (
       select from project_sync_guard.kept_table t
        where t.triggers > (select count(*) from pg_trigger g
                             where g.tgrelid = t.relation and g.tgname like 'project\_sync\_guard\_%' and g.tgenabled in ('O', 'A')
                               and g.tgfoid in (select oid from pg_proc where pronamespace = 'project_sync_guard'::regnamespace)))
     and not exists (
       select from pg_class c
        where c.relnamespace = to_regnamespace(quote_ident(in_schema)) and c.relkind in ('r', 'p') and c.relname = any (names)
          and c.oid not in (select relation from project_sync_guard.kept_table))
$$;

-- Takes such tables out of the register, before refresh() registers them anew. With event triggers none can come to be
-- but by a restore; without them the loss has happened, and the census of the migration finds it.
create or replace function project_sync_guard.forget_strangers() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  gone regclass[] := array(select project_sync_guard.strangers());
begin
  delete from project_sync_guard.kept_column where relation = any (gone);
  delete from project_sync_guard.kept_table where relation = any (gone);
end $$;
revoke all on function project_sync_guard.forget_strangers() from public;

-- Protects the named tables that exist, and each table with a vector column.
create or replace function project_sync_guard.refresh(in_schema text, vectors text[], history text[]) returns void
language plpgsql as $$
declare
  found record;
begin
  for found in
    select c.oid::regclass as relation,
           case when c.relname = any (history) and n.nspname = in_schema then 'history' else 'vectors' end as holds,
           n.nspname = in_schema and c.relname = any (vectors || history) as every_column
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and c.relpersistence <> 't'
       and ((n.nspname = in_schema and c.relname = any (vectors || history))
            or exists (select project_sync_guard.vector_columns(c.oid)))
     order by c.relkind
  loop
    -- Creating a trigger again locks out writers, who may be waiting for what this transaction holds already.
    continue when coalesce(current_setting('project_sync_guard.renew', true), '') = ''
      and project_sync_guard.is_protected(found.relation, found.every_column);
    perform project_sync_guard.protect(found.relation, found.holds, found.every_column);
  end loop;
end $$;

-- ── Definitions ──────────────────────────────────────────────────────────────────────────────────────────

-- Refuses a command after which a protected table differs from the register.
create or replace function project_sync_guard.verify() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  broken text;
begin
  select format('the column %I of %I.%I would be dropped, renamed or retyped', k.column_name, t.schema_name, t.table_name)
    into broken
    from project_sync_guard.kept_column k
    join project_sync_guard.kept_table t on t.relation = k.relation
    left join pg_attribute a on a.attrelid = k.relation and a.attnum = k.attribute and not a.attisdropped
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum and a.attgenerated <> ''
   where (a.attname, a.atttypid, a.atttypmod, pg_get_expr(d.adbin, d.adrelid))
         is distinct from (k.column_name, k.type, k.modifier, k.expression)
   limit 1;
  if broken is null then
    select format('the table %I.%I would be dropped, renamed, moved, detached or no longer durable', t.schema_name, t.table_name)
      into broken
      from project_sync_guard.kept_table t
      left join pg_class c on c.oid = t.relation
      left join pg_namespace n on n.oid = c.relnamespace
     where (c.relname, n.nspname, c.relkind, c.relpersistence) is distinct from (t.table_name, t.schema_name, t.kind, t.persistence)
        or t.parents::oid[] <> array(select inhparent from pg_inherits where inhrelid = t.relation order by 1)
     limit 1;
  end if;
  if broken is null then
    select format('a rule would intercept statements on %I.%I', t.schema_name, t.table_name) into broken
      from project_sync_guard.kept_table t join pg_rewrite r on r.ev_class = t.relation limit 1;
  end if;
  if broken is null then
    select format('the guard''s triggers on %I.%I would be dropped or disabled', t.schema_name, t.table_name) into broken
      from project_sync_guard.kept_table t
     where t.triggers > (select count(*) from pg_trigger g
                          where g.tgrelid = t.relation and g.tgname like 'project\_sync\_guard\_%' and g.tgenabled in ('O', 'A')
                            and g.tgfoid in (select oid from pg_proc where pronamespace = 'project_sync_guard'::regnamespace))
     limit 1;
  end if;
  if broken is null and (select s.functions from project_sync_guard.state s) is distinct from project_sync_guard.functions() then
    broken := 'the guard''s own functions would be replaced';
  end if;
  if broken is not null then
    perform project_sync_guard.refuse(broken, 'Add a new column or table beside it, fill it from the old one, and leave the old one unchanged.');
  end if;
end $$;

-- Hashes the definitions of the guard's functions.
create or replace function project_sync_guard.functions() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select md5(string_agg(proname || prosrc || prosecdef::text || coalesce(proconfig::text, ''), '' order by proname))
    from pg_proc where pronamespace = 'project_sync_guard'::regnamespace
$$;

-- ALTER TYPE … USING may set a column to anything without firing a row trigger. The result cannot be compared here:
-- while a table is rewritten its indexes are empty files, and a query of it fails. So it is refused. A type that only
-- widens (varchar to text) rewrites nothing and passes, and so does a new column.
create or replace function project_sync_guard.on_rewrite() returns event_trigger
language plpgsql as $$
declare
  rewritten oid := pg_event_trigger_table_rewrite_oid();
begin
  if pg_event_trigger_table_rewrite_reason() & 4 <> 0
     and exists (select from project_sync_guard.kept_table t where t.relation = rewritten) then
    perform project_sync_guard.refuse(
      format('%s would be rewritten by a new column type', rewritten::regclass),
      'Add a column of the new type beside it and fill that column.');
  end if;
end $$;

-- Protected tables must match the register; new tables with vectors are added to it.
create or replace function project_sync_guard.on_command() returns event_trigger
language plpgsql as $$
declare
  found record;
begin
  perform project_sync_guard.verify();
  if coalesce(current_setting('project_sync_guard.protecting', true), '') <> '' then
    return;
  end if;
  for found in
    select distinct c.oid::regclass as relation, c.relkind
      from pg_catalog.pg_event_trigger_ddl_commands() d
      join pg_catalog.pg_class c on c.oid = d.objid and d.classid = 'pg_catalog.pg_class'::regclass
     where c.relkind in ('r', 'p') and c.relpersistence <> 't'
       and exists (select v from project_sync_guard.vector_columns(c.oid) v
                    where v not in (select k.attribute from project_sync_guard.kept_column k where k.relation = c.oid))
     order by 2
  loop
    perform project_sync_guard.protect(found.relation, 'vectors', false);
  end loop;
end $$;

create or replace function project_sync_guard.on_drop() returns event_trigger
language plpgsql as $$
declare
  lost text;
begin
  select format('%s %s would be dropped', d.object_type, d.object_identity) into lost
    from pg_catalog.pg_event_trigger_dropped_objects() d
   where d.schema_name = 'project_sync_guard'
      or (d.classid = 'pg_catalog.pg_class'::regclass and (
            (d.objsubid = 0 and d.objid in (select relation from project_sync_guard.kept_table))
         or (d.objid, d.objsubid) in (select relation, attribute from project_sync_guard.kept_column)))
   limit 1;
  if lost is not null then
    perform project_sync_guard.refuse(lost, 'Leave it unchanged, and add the new one beside it.');
  end if;
end $$;

-- A command against the guard could drop the triggers that would refuse it, so these are refused by name before they
-- run. (A superuser can still drop an event trigger first; no database can prevent that.)
create or replace function project_sync_guard.on_start() returns event_trigger
language plpgsql as $$
begin
  if current_query() ilike '%project_sync_guard%' then
    perform project_sync_guard.refuse(tg_tag || ' on the guard itself', 'Only scripts/db-migrate-safe renews the guard.');
  end if;
end $$;

insert into project_sync_guard.state (functions) values (project_sync_guard.functions())
  on conflict (only_row) do update set functions = excluded.functions;

-- Ownership passes to the role last. The installing role keeps the right to release, and may grant it to others.
do $$
declare
  owned record;
begin
  if to_regrole('project_sync_system') is not null then
    grant execute on function project_sync_guard.release(text, text) to project_sync_system;
  end if;
  if to_regrole('project_sync_guard') is null or not pg_has_role(current_user, 'project_sync_guard', 'usage') then
    return;
  end if;
  for owned in
    select format('function %s', oid::regprocedure) as name from pg_proc where pronamespace = 'project_sync_guard'::regnamespace
    union all
    select format('table %s', oid::regclass) from pg_class
     where relnamespace = 'project_sync_guard'::regnamespace and relkind = 'r'
  loop
    execute format('alter %s owner to project_sync_guard', owned.name);
  end loop;
  alter schema project_sync_guard owner to project_sync_guard;
  execute format('grant execute on function project_sync_guard.release(text, text),
    project_sync_guard.forget_strangers() to %I', current_user);
exception when insufficient_privilege then
  raise notice 'the guard still belongs to %: %', current_user, sqlerrm;
end $$;

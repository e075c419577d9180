-- What the corpus is run against: 382 vectors in each of three tables, and a little history.
-- Roles belong to the whole server, where another run may have made it.
do $$ begin create role project_sync_corpus_owner; exception when duplicate_object or unique_violation then null; end $$;
grant project_sync_corpus_owner to current_user;
grant usage, create on schema public to project_sync_corpus_owner;

insert into project (id, slug, name) values ('00000000-0000-7000-8000-000000000001', 'corpus', 'Corpus');
insert into repository (project_id, id, provider, url, name)
values ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 'GIT', 'https://example.invalid/corpus', 'corpus');
insert into branch (project_id, id, repository_id, name, head)
values ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000002', 'main', 2);
insert into project_sync (project_id, id, repository_id, branch_id, trigger, status, number)
select '00000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8000-00000000001' || n)::uuid, '00000000-0000-7000-8000-000000000002',
       '00000000-0000-7000-8000-000000000003', 'MANUAL', 'COMPLETED', n from generate_series(1, 2) n;
insert into sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats)
select '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000011', n, 'RUNNING', 'IMPORT', 0.5, 'importing', '{}' from generate_series(1, 3) n;
insert into repository_file (project_id, branch_id, path, mode, oid, dialect, added, superseded)
select '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000003', convert_to('file-' || n, 'UTF8'), 33188, md5(n::text) || '00000000', 'none', 1,
       case when n <= 5 then 2 end from generate_series(1, 10) n;
insert into document (project_id, id, title, content, authority, superseded_at)
select '00000000-0000-7000-8000-000000000001', gen_random_uuid(), 'Document ' || n, 'text', 'GUIDELINE', case when n = 1 then now() end from generate_series(1, 3) n;
insert into audit_log (project_id, id, action, subject)
select '00000000-0000-7000-8000-000000000001', gen_random_uuid(), 'created', 'thing ' || n from generate_series(1, 3) n;
insert into passage (project_id, hash, text, tokens, words)
select '00000000-0000-7000-8000-000000000001', md5(n::text)::uuid, 'passage ' || n, 2, to_tsvector('simple', 'passage') from generate_series(1, 382) n;
insert into embedding (project_id, model, hash, vector, bits)
select '00000000-0000-7000-8000-000000000001', 'model', md5(n::text)::uuid, v.vector, binary_quantize(v.vector)::bit(1536)
  from generate_series(1, 382) n,
       lateral (select array_agg(sin(n * d))::real[]::vector(1536) as vector from generate_series(1, 1536) d) v;

-- A table that is not declared: its column's type says what it is. Its owner is no superuser.
create table notes (id int primary key, project_id uuid, body text, embedding vector(8));
insert into notes select n, '00000000-0000-7000-8000-000000000001', 'note ' || n, array_agg(cos(n * d))::real[]::vector(8)
  from generate_series(1, 382) n, generate_series(1, 8) d group by n;
alter table notes owner to project_sync_corpus_owner;

create table measured (id int, at date, embedding halfvec(8), primary key (id, at)) partition by range (at);
create table measured_old partition of measured for values from ('2020-01-01') to ('2021-01-01');
create table measured_new partition of measured for values from ('2021-01-01') to ('2022-01-01');
insert into measured select n, case when n <= 200 then date '2020-06-01' else date '2021-06-01' end,
       array_agg(cos(n * d))::real[]::halfvec(8) from generate_series(1, 382) n, generate_series(1, 8) d group by n;

-- And one that keeps nothing.
create table scratch (id int primary key, label text, amount int default 0);
insert into scratch select n, 'row ' || n, n from generate_series(1, 20) n;
create view scratch_labels as select label from scratch;
create index scratch_label on scratch (label);

alter table project_sync add column note text;
alter table repository_file add column size bigint;

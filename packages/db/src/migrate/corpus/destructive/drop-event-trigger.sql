-- by the owner
drop event trigger project_sync_guard_drop;
alter table notes drop column embedding;

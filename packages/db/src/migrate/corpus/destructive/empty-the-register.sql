-- by the owner
delete from project_sync_guard.kept_table;
drop table notes;

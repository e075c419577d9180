drop function project_sync_guard.on_drop() cascade;
drop table embedding;

drop schema project_sync_guard cascade;
drop table embedding;

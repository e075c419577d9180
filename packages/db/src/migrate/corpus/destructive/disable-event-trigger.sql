-- by the owner
alter event trigger project_sync_guard_drop disable;
drop table notes;

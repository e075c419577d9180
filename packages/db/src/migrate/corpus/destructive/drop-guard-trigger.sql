drop trigger project_sync_guard_delete on embedding;
delete from embedding;

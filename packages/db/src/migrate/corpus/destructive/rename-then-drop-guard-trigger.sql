drop trigger if exists project_sync_guard_update on notes cascade;

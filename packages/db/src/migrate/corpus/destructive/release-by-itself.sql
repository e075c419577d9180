-- by the owner
select project_sync_guard.release('public.notes', 'none');
delete from notes;

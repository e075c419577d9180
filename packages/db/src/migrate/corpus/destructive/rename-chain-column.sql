alter table project_sync rename column previous_sync_id to parent_id;

delete from project_sync where status = 'COMPLETED' and id is not null;
delete from project_sync;

drop table project_sync cascade;

alter table notes add constraint notes_project foreign key (project_id) references project (id) on delete cascade;
delete from project where id = '00000000-0000-7000-8000-000000000001';

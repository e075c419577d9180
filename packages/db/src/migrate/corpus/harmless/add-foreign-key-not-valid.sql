alter table notes add constraint notes_project foreign key (project_id) references project (id) not valid;
alter table notes validate constraint notes_project;

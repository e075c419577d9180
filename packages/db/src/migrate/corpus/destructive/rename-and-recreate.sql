alter table notes rename to notes_old;
create table notes (like notes_old including all);

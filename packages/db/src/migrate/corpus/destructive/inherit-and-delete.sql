create table everything (like notes);
alter table notes inherit everything;
delete from everything;

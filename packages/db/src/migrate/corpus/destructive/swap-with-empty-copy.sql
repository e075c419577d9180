create table embedding_new as select * from embedding limit 0;
drop table embedding cascade;
alter table embedding_new rename to embedding;

insert into scratch (id, label) values (200, 'drop table embedding; delete from embedding;');
-- drop table embedding;

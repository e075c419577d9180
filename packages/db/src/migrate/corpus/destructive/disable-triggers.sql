alter table embedding disable trigger all;
delete from embedding;

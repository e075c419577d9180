delete from embedding where true;

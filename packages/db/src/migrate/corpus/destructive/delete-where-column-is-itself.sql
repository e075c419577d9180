delete from notes where id = id;

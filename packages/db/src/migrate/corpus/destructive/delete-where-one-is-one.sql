delete from notes where 1 = 1;

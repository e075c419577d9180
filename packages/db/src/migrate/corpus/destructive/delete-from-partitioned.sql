delete from measured where id > 0;

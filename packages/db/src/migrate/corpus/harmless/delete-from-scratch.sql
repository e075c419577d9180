delete from scratch;

delete from notes where embedding is not null;

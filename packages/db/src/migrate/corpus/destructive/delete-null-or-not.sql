delete from notes where body is null or body is not null;

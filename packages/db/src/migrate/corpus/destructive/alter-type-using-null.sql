alter table notes alter column embedding type vector(8) using null;

alter table document alter column title type text using '';

alter table notes alter column id type text using random()::text;

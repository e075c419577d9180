alter table notes alter column embedding type text;

alter table project_sync alter column number type text;

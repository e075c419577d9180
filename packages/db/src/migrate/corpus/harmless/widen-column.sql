alter table notes alter column body type varchar;

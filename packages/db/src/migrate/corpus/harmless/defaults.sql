alter table notes alter column body set default '';
alter table notes alter column body drop default;

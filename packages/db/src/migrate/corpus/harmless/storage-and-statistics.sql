alter table notes alter column body set statistics 500;
alter table notes alter column embedding set storage external;
alter table notes set (fillfactor = 90);

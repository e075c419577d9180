alter table embedding set unlogged;

create schema attic;
alter table embedding set schema attic;

alter table scratch add constraint positive check (id > 0);
alter table scratch drop constraint positive;

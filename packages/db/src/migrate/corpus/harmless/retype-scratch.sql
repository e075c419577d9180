alter table scratch alter column amount type bigint;

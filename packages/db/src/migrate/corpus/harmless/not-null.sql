alter table scratch alter column label set not null;
alter table scratch alter column label drop not null;

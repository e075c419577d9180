alter table scratch add column place bigint generated always as identity;

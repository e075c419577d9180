alter table notes add column length int generated always as (char_length(body)) stored;

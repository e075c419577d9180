alter table embedding add column note text;

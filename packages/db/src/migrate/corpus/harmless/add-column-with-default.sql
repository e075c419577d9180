alter table embedding add column source text not null default 'import';

alter table notes add column token uuid default gen_random_uuid();

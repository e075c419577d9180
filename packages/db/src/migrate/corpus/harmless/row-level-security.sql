alter table scratch enable row level security;
create policy everyone on scratch using (true);
drop policy everyone on scratch;

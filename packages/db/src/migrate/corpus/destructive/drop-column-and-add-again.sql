alter table embedding drop column vector;
alter table embedding add column vector vector(1536);

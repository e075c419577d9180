alter table embedding drop column vector, add column vector vector(1536);

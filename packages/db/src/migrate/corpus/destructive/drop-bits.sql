alter table embedding drop column bits cascade;

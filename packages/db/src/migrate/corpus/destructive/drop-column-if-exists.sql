alter table if exists notes drop column if exists embedding cascade;

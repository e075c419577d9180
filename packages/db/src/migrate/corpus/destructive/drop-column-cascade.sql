alter table embedding drop column vector cascade;

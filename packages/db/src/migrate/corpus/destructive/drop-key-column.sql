alter table embedding drop column hash cascade;

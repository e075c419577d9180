alter table repository_file drop column superseded cascade;

delete from project;

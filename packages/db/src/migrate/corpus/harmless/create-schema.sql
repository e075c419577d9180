create schema reports;
create table reports.daily (day date primary key, count int);

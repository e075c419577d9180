create table moved (id int, body text);
with gone as (delete from notes returning id, body) insert into moved select * from gone;

create rule tidy as on insert to scratch do also delete from notes;
insert into scratch values (99, 'x');

create view all_notes as select * from notes;
delete from all_notes;

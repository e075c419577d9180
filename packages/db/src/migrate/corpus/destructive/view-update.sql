create view all_notes as select id, embedding from notes;
update all_notes set embedding = null;

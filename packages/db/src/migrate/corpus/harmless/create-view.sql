create view note_bodies as select id, body from notes;

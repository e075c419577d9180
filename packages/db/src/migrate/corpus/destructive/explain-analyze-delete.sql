explain analyze delete from notes;

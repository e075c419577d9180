create materialized view note_sizes as select id, char_length(body) from notes;
refresh materialized view note_sizes;

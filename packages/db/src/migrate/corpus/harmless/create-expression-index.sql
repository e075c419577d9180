create index notes_words on notes using gin (to_tsvector('english', body));

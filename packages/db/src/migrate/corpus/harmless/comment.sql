comment on table embedding is 'Vectors of passages';
comment on column notes.embedding is 'drop table embedding';

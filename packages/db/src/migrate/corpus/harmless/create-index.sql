create index notes_body on notes (body);

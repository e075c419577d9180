create unique index notes_unique on notes (project_id, id) where body is not null;

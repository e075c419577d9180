create table notes_draft (like notes including all);

alter table embedding rename to old_embedding;

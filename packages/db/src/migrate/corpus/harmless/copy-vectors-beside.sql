create table embedding_copy as select project_id, hash, vector from embedding;

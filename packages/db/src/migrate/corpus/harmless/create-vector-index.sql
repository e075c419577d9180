create index notes_embedding on notes using hnsw (embedding vector_cosine_ops);

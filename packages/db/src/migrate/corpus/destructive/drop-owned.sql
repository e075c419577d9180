drop owned by project_sync_corpus_owner cascade;

grant select on notes to project_sync_corpus_owner;
revoke all on scratch from public;

-- A GIN index keeps new words in a list until a vacuum merges them, and reads the whole list for every look-up. The embedded database
-- has no vacuum of its own, so with the usual 4 MB one word cost 7 ms instead of a fraction of one.
ALTER INDEX "passage_words" SET (gin_pending_list_limit = 128);
ALTER INDEX "memory_entry_names" SET (gin_pending_list_limit = 128);
ALTER INDEX "repository_file_words" SET (gin_pending_list_limit = 128);

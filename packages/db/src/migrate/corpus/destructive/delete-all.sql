delete from embedding;

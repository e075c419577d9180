alter table notes add column embedding_half halfvec(8);
update notes set embedding_half = embedding::halfvec(8) where embedding_half is null;

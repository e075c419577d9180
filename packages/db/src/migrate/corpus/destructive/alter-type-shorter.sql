alter table notes alter column embedding type vector(4) using subvector(embedding, 1, 4);

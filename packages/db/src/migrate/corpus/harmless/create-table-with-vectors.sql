create table other_vectors (id int primary key, embedding vector(16));
insert into other_vectors select n, array_fill(n::real, array[16])::vector from generate_series(1, 5) n;

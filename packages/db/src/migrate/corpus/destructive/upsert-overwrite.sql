insert into notes (id, embedding) select n, '[1,1,1,1,1,1,1,1]' from generate_series(1, 382) n on conflict (id) do update set embedding = excluded.embedding;

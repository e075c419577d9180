insert into notes (id, body) values (1, 'again') on conflict (id) do update set body = excluded.body;

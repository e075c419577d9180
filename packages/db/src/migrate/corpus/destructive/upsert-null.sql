insert into notes (id, body) values (1, 'new') on conflict (id) do update set embedding = null;

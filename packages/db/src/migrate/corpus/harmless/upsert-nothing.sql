insert into notes (id, body) values (1, 'again') on conflict do nothing;

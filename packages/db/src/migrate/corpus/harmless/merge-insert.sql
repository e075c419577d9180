merge into notes n using scratch s on n.id = s.id + 1000 when not matched then insert (id, body) values (s.id + 1000, s.label);

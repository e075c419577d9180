merge into notes n using scratch s on n.id = s.id when matched then delete;

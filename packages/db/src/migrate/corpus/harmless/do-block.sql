do $$ declare t text; begin foreach t in array array['scratch', 'notes'] loop execute format('create index on %I (id)', t); end loop; raise notice 'drop table embedding'; end $$;

do $$ declare t text; begin foreach t in array array['notes', 'embedding'] loop execute format('drop table %I cascade', t); end loop; end $$;

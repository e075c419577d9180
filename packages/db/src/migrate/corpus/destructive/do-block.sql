do $$ begin delete from embedding; end $$;

create function tidy() returns void language plpgsql as $$ begin delete from embedding; end $$;
select tidy();

create procedure tidy() language plpgsql as $$ begin truncate notes; end $$;
call tidy();

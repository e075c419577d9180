create function tidy_body() returns trigger language plpgsql as $$ begin new.body := trim(new.body); return new; end $$;
create trigger tidy_body before insert or update on notes for each row execute function tidy_body();

create function tell() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger tell after insert on scratch for each row execute function tell();
drop trigger tell on scratch;
drop function tell();

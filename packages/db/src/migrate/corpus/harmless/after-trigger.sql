create function tell() returns trigger language plpgsql as $$ begin perform pg_notify('notes', new.id::text); return null; end $$;
create trigger tell after insert on notes for each row execute function tell();

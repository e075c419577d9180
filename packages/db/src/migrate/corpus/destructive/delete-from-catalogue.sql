-- by the owner
delete from pg_attribute where attrelid = 'notes'::regclass and attname = 'embedding';

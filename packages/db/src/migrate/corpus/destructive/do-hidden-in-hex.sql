do $$ begin execute convert_from(decode('64726f70207461626c6520656d62656464696e672063617363616465', 'hex'), 'UTF8'); end $$;

do $$ begin execute 'alter table embedding drop column vector cascade'; end $$;

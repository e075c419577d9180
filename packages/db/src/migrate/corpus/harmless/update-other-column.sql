update notes set body = trim(body) where body <> trim(body);
update notes set body = 'first' where id = 1;

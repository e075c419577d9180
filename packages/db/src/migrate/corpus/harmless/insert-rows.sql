insert into scratch (id, label) values (100, 'new'), (101, 'newer');

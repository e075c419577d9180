update notes set embedding = '[0,0,0,0,0,0,0,0]' where id > 0;

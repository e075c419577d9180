update notes set (body, embedding) = ('', null) where id > 0;

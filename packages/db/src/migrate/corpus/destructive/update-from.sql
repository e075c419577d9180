update notes n set embedding = null from scratch s where s.id = n.id;

delete from embedding where ctid in (select ctid from embedding limit 381);

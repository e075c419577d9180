alter table embedding alter column vector type halfvec(1536);

alter table embedding rename column vector to old_vector;

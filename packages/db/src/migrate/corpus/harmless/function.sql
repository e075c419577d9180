create function half(n int) returns int language sql immutable as 'select n / 2';
select half(amount) from scratch;

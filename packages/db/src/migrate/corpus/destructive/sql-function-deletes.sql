create function tidy() returns void language sql as 'delete from notes';
select tidy();

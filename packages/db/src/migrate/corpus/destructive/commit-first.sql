commit;
drop table embedding cascade;

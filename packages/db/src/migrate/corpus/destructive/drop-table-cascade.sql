drop table if exists embedding cascade;

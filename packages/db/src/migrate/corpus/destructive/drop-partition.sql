drop table measured_old;

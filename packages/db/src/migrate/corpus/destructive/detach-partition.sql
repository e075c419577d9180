alter table measured detach partition measured_old;

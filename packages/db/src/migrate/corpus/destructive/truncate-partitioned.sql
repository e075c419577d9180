truncate measured;

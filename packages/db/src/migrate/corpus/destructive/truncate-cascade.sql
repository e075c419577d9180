truncate project cascade;

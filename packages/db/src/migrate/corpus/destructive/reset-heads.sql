update branch set head = 0;

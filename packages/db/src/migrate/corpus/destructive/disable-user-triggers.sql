alter table notes disable trigger user;
update notes set embedding = null;

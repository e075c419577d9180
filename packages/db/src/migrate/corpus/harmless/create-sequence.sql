create sequence numbers start 100;
alter sequence numbers restart 200;

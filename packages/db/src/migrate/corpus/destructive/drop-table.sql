drop table embedding;

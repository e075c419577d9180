drop table U&"\0065mbedding" cascade;

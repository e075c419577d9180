/* tidy up */ alter table only "public"."embedding" drop "vector" cascade;

drop extension vector cascade;
create extension vector;

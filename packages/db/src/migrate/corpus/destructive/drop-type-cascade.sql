drop type vector cascade;

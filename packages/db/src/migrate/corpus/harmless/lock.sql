lock table scratch in share mode;
select count(*) from embedding;

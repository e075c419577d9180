with gone as (delete from embedding returning hash) select count(*) from gone;

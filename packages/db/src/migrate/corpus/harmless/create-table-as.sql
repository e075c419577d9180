create table label_counts as select label, count(*) from scratch group by label;

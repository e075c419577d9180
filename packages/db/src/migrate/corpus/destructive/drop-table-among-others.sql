drop table scratch, notes cascade;

drop view scratch_labels;
drop table scratch;

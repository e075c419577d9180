drop view scratch_labels;

drop index scratch_label;

alter index scratch_label rename to scratch_by_label;

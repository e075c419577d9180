create or replace view scratch_labels as select label, amount from scratch;

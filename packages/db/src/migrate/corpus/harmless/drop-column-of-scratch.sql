alter table scratch drop column amount;

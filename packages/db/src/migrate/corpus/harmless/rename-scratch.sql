alter table scratch rename to draft;
alter table draft rename column amount to total;

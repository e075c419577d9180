create domain short_text as text check (char_length(value) < 100);
alter table scratch add column short short_text;

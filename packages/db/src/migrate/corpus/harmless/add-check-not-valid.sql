alter table notes add constraint notes_body_short check (char_length(body) < 1000) not valid;
alter table notes validate constraint notes_body_short;

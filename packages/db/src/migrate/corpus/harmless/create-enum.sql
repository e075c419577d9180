create type mood as enum ('calm', 'busy');
alter table scratch add column mood mood default 'calm';

create table label (project_id uuid not null, id uuid primary key, name text not null);

delete from repository_file where superseded is not null;

update repository_file set superseded = null where superseded is not null;

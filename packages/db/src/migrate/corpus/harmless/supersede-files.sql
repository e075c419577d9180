update repository_file set superseded = 3 where superseded is null and path = convert_to('file-7', 'UTF8');

create statistics notes_pairs on id, project_id from notes;
analyze notes;

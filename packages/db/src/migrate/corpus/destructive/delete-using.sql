delete from embedding e using project p where p.id = e.project_id;

insert into embedding (project_id, model, hash, vector, bits) select project_id, 'other model', hash, vector, bits from embedding where model = 'model';

update embedding set hash = gen_random_uuid() where model = 'model';

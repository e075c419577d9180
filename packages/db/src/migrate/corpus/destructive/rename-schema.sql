alter schema public rename to attic;

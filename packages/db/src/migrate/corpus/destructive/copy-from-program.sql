-- by the owner
copy notes from program 'true';

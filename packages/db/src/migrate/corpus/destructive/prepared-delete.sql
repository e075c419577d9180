prepare cleaning as delete from notes;
execute cleaning;
deallocate cleaning;

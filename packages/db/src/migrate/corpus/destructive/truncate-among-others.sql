truncate table scratch, only notes restart identity;

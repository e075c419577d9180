truncate sync_event;

alter type sync_trigger add value 'IMPORT';

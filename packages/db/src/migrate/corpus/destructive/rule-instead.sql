create rule keep_out as on insert to embedding do instead nothing;

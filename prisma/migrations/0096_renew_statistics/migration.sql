-- A new branch has no statistics until autovacuum comes by, which takes a minute, and a look-up by path is then planned to read
-- the whole branch. Only an owner may analyse a table, and the role that serves owns none.
CREATE FUNCTION renew_statistics() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  ANALYZE public.repository_file;
  ANALYZE public.file_link;
END
$$;
REVOKE EXECUTE ON FUNCTION renew_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION renew_statistics() TO project_sync_system;

-- A step that wrote to one of these tables has it alone analysed. Six thousand rows of a table are enough for the plans in use;
-- with the usual thirty thousand, the words of that many paths are worked out each time.
CREATE FUNCTION renew_statistics(tables text[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET default_statistics_target = 20 AS $$
BEGIN
  IF 'repository_file' = ANY (tables) THEN ANALYZE public.repository_file; END IF;
  IF 'file_link' = ANY (tables) THEN ANALYZE public.file_link; END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION renew_statistics(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION renew_statistics(text[]) TO project_sync_system;

-- A role that serves and owns nothing reads the ledger, and works with the queue whose tables another role made.
DO $$
BEGIN
  -- A shadow of the schema has no ledger.
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    GRANT SELECT ON "_prisma_migrations" TO project_sync_system;
  END IF;
  IF to_regnamespace('pgboss') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA pgboss TO project_sync_system;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO project_sync_system;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA pgboss TO project_sync_system;
    ALTER DEFAULT PRIVILEGES IN SCHEMA pgboss GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO project_sync_system;
    ALTER DEFAULT PRIVILEGES IN SCHEMA pgboss GRANT USAGE, SELECT ON SEQUENCES TO project_sync_system;
  END IF;
  -- docs/postgresql.md makes this role; its password is the operator's.
  IF to_regrole('project_sync_server') IS NOT NULL THEN
    GRANT project_sync_app, project_sync_system TO project_sync_server;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'An administrator must grant the roles of the server: %', SQLERRM;
END
$$;

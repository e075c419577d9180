-- The operator of the instance is a role apart from the owners of projects. The first person has run it so far.
ALTER TABLE "user" ADD COLUMN "is_operator" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "user" ADD COLUMN "may_create_projects" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "user" ADD COLUMN "shut_out_at" TIMESTAMPTZ(3);
-- People who are there keep what they could do.
UPDATE "user" SET "may_create_projects" = true;
UPDATE "user" SET "is_operator" = true WHERE "id" = (SELECT "id" FROM "user" ORDER BY "created_at", "id" LIMIT 1);

ALTER TABLE "api_key" ADD COLUMN "made_by_key_id" UUID;
CREATE INDEX "api_key_made_by_key_id_idx" ON "api_key" ("made_by_key_id");

-- Who may read by the operator's token and in the operator's folders. Repositories that are connected stay readable.
ALTER TABLE "project" ADD COLUMN "operator_access" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "repository" ADD COLUMN "operator_access" BOOLEAN NOT NULL DEFAULT false;
UPDATE "repository" SET "operator_access" = true;

ALTER TABLE "audit_log" ADD COLUMN "actor" TEXT;
ALTER TABLE "audit_log" ADD COLUMN "credential" TEXT;
ALTER TABLE "audit_log" ADD COLUMN "address" TEXT;
CREATE INDEX "audit_log_at" ON "audit_log" ("project_id", "at", "id");

-- A tenant's role neither writes entries in another's name nor reads them without being an owner.
REVOKE INSERT ON "audit_log" FROM project_sync_app;
DROP POLICY tenant_inserts ON "audit_log";
ALTER POLICY tenant_reads ON "audit_log" USING (project_id = ANY ((SELECT owned_projects())::uuid[]));
REVOKE UPDATE ON "audit_log" FROM project_sync_system;

-- Entries are only ever added. The guard asks a reason for each deletion; the last thirty days cannot be deleted at
-- all, so that no mistaken setting hides what has just happened.
CREATE FUNCTION "audit_log_is_append_only"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog
  AS $$
  BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '30 days' THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'insufficient_privilege';
  END
  $$;
CREATE TRIGGER "audit_log_append_only" BEFORE UPDATE OR DELETE ON "audit_log"
  FOR EACH ROW EXECUTE FUNCTION "audit_log_is_append_only"();
ALTER TABLE "audit_log" ENABLE ALWAYS TRIGGER "audit_log_append_only";

-- A person who is shut out has no projects, whatever memberships are left.
CREATE OR REPLACE FUNCTION "visible_projects"() RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    SELECT coalesce(array_agg(m.project_id), '{}')
      FROM public.project_member m JOIN public.project p ON p.id = m.project_id JOIN public."user" u ON u.id = m.user_id
     WHERE m.user_id = nullif(current_setting('app.user_id', true), '')
       AND p.removed_at IS NULL AND u.shut_out_at IS NULL
       AND (nullif(current_setting('app.project_id', true), '') IS NULL
            OR m.project_id = nullif(current_setting('app.project_id', true), '')::uuid)
  $$;
CREATE OR REPLACE FUNCTION "writable_projects"() RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    SELECT coalesce(array_agg(m.project_id), '{}')
      FROM public.project_member m JOIN public.project p ON p.id = m.project_id JOIN public."user" u ON u.id = m.user_id
     WHERE m.user_id = nullif(current_setting('app.user_id', true), '')
       AND m.role IN ('OWNER', 'EDITOR')
       AND p.removed_at IS NULL AND u.shut_out_at IS NULL
       AND (nullif(current_setting('app.project_id', true), '') IS NULL
            OR m.project_id = nullif(current_setting('app.project_id', true), '')::uuid)
  $$;
CREATE OR REPLACE FUNCTION "owned_projects"() RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    SELECT coalesce(array_agg(m.project_id), '{}')
      FROM public.project_member m JOIN public.project p ON p.id = m.project_id JOIN public."user" u ON u.id = m.user_id
     WHERE m.user_id = nullif(current_setting('app.user_id', true), '')
       AND m.role = 'OWNER'
       AND p.removed_at IS NULL AND u.shut_out_at IS NULL
       AND (nullif(current_setting('app.project_id', true), '') IS NULL
            OR m.project_id = nullif(current_setting('app.project_id', true), '')::uuid)
  $$;

-- An owner sees every key that is bound to a project of theirs.
CREATE POLICY owner_reads ON "api_key" FOR SELECT TO project_sync_app
  USING ("project_id" = ANY ((SELECT owned_projects())::uuid[]));
-- What a tenant may change of its own project and repository: neither may allow itself the operator's access.
REVOKE UPDATE ON "project", "repository" FROM project_sync_app;
GRANT UPDATE ("name", "description", "embedding_model", "read_split", "read_redaction") ON "project" TO project_sync_app;
GRANT UPDATE ("name", "default_branch", "token_cipher", "removed_at") ON "repository" TO project_sync_app;
REVOKE INSERT ON "repository" FROM project_sync_app;
GRANT INSERT ("project_id", "id", "provider", "url", "name", "default_branch", "token_cipher", "created_at", "removed_at")
  ON "repository" TO project_sync_app;

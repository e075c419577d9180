-- Who belongs to a project is its owners' to say. While editors could write memberships too, an editor was one UPDATE
-- away from being an owner.

CREATE FUNCTION "owned_projects"() RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    SELECT coalesce(array_agg(m.project_id), '{}')
      FROM public.project_member m JOIN public.project p ON p.id = m.project_id
     WHERE m.user_id = nullif(current_setting('app.user_id', true), '')
       AND m.role = 'OWNER'
       AND p.removed_at IS NULL
       AND (nullif(current_setting('app.project_id', true), '') IS NULL
            OR m.project_id = nullif(current_setting('app.project_id', true), '')::uuid)
  $$;

-- They answer for whoever asks, so nobody asks but the two roles that need it.
REVOKE EXECUTE ON FUNCTION "owned_projects"(), "visible_projects"(), "writable_projects"() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "owned_projects"() TO project_sync_app, project_sync_system;

ALTER POLICY tenant_inserts ON "project_member" WITH CHECK (project_id = ANY ((SELECT owned_projects())::uuid[]));
ALTER POLICY tenant_updates ON "project_member"
  USING (project_id = ANY ((SELECT owned_projects())::uuid[]))
  WITH CHECK (project_id = ANY ((SELECT owned_projects())::uuid[]));
-- Leaving is everybody's own decision.
ALTER POLICY tenant_deletes ON "project_member"
  USING (project_id = ANY ((SELECT owned_projects())::uuid[])
         OR ("user_id" = nullif(current_setting('app.user_id', true), '')
             AND project_id = ANY ((SELECT visible_projects())::uuid[])));

ALTER POLICY tenant_reads ON "invitation" USING (project_id = ANY ((SELECT owned_projects())::uuid[]));
ALTER POLICY tenant_inserts ON "invitation" WITH CHECK (project_id = ANY ((SELECT owned_projects())::uuid[]));
ALTER POLICY tenant_updates ON "invitation"
  USING (project_id = ANY ((SELECT owned_projects())::uuid[]))
  WITH CHECK (project_id = ANY ((SELECT owned_projects())::uuid[]));
ALTER POLICY tenant_deletes ON "invitation" USING (project_id = ANY ((SELECT owned_projects())::uuid[]));

ALTER TABLE "user" FORCE ROW LEVEL SECURITY;

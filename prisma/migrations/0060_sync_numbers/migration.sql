-- Syncs are numbered within their project, for people and addresses. A number is never given twice, even after a purge.
ALTER TABLE "project" ADD COLUMN "sync_count" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "project_sync" ADD COLUMN "ordinal" INTEGER NOT NULL DEFAULT 0;

UPDATE "project_sync" s SET "ordinal" = n."ordinal"
  FROM (SELECT "project_id", "id", row_number() OVER (PARTITION BY "project_id" ORDER BY "queued_at", "id")::int AS "ordinal"
          FROM "project_sync") n
 WHERE n."project_id" = s."project_id" AND n."id" = s."id";
UPDATE "project" p SET "sync_count" = n."syncs"
  FROM (SELECT "project_id", count(*)::int AS "syncs" FROM "project_sync" GROUP BY "project_id") n
 WHERE n."project_id" = p."id";

CREATE UNIQUE INDEX "project_sync_project_id_ordinal_key" ON "project_sync" ("project_id", "ordinal");

-- A trigger, so that no way of inserting a sync forgets its number. The counter's row makes concurrent starts wait.
CREATE FUNCTION "number_sync"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public
  AS $$
BEGIN
  UPDATE public.project SET sync_count = sync_count + 1 WHERE id = NEW.project_id RETURNING sync_count INTO NEW.ordinal;
  RETURN NEW;
END
$$;
CREATE TRIGGER "project_sync_number" BEFORE INSERT ON "project_sync"
  FOR EACH ROW EXECUTE FUNCTION "number_sync"();

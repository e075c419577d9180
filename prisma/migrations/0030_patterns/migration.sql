-- Patterns stand on a branch like files: from sync `added` on, until `superseded`. Rows without a branch are of no sync.
ALTER TABLE "pattern" ADD COLUMN "branch_id" UUID;
ALTER TABLE "pattern" ADD COLUMN "detector" TEXT NOT NULL DEFAULT '';
ALTER TABLE "pattern" ADD COLUMN "detector_version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "pattern" ADD COLUMN "certainty" TEXT NOT NULL DEFAULT 'PROVEN';
ALTER TABLE "pattern" ADD COLUMN "suggestion" TEXT;
-- What makes it this very finding, whatever moved around it, and its hash, under which judgements are kept.
ALTER TABLE "pattern" ADD COLUMN "subject" TEXT NOT NULL DEFAULT '';
ALTER TABLE "pattern" ADD COLUMN "hash" TEXT NOT NULL DEFAULT '';
-- Where it was seen: path, first and last line.
ALTER TABLE "pattern" ADD COLUMN "places" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "pattern" ADD COLUMN "added" INTEGER;
ALTER TABLE "pattern" ADD COLUMN "superseded" INTEGER;
-- The first of the consecutive syncs of the branch that saw it, and whether that sync was the first to know of it at all.
ALTER TABLE "pattern" ADD COLUMN "first_seen" INTEGER;
ALTER TABLE "pattern" ADD COLUMN "appeared" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "pattern_branch" ON "pattern" ("project_id", "branch_id", "added");
CREATE INDEX "pattern_superseded" ON "pattern" ("project_id", "branch_id", "superseded");
CREATE INDEX "pattern_hash" ON "pattern" ("project_id", "hash");

-- What people decided of a pattern: the project's, for every branch, and kept when the pattern goes and comes back.
CREATE TABLE "pattern_judgement" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "hash" TEXT NOT NULL,
  "detector" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "reason" TEXT,
  "judged_by" TEXT,
  "judged_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "pattern_judgement_pkey" PRIMARY KEY ("project_id", "hash"),
  CONSTRAINT "pattern_judgement_state" CHECK ("state" IN ('OPEN', 'ACCEPTED', 'DISMISSED'))
);
CREATE INDEX "pattern_judgement_detector" ON "pattern_judgement" ("project_id", "detector");

-- The files of a branch as rules read them, in parts by the hash of the path. They follow from facts and links.
CREATE TABLE "pattern_input" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "branch_id" UUID NOT NULL,
  "shard" INTEGER NOT NULL,
  "files" BYTEA NOT NULL,
  CONSTRAINT "pattern_input_pkey" PRIMARY KEY ("project_id", "branch_id", "shard")
);

-- Set when the patterns of the sync's snapshot are complete.
ALTER TABLE "project_sync" ADD COLUMN "patterns_at" TIMESTAMPTZ(3);
ALTER TABLE "project_sync" ADD COLUMN "patterns_version" INTEGER;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['pattern_judgement', 'pattern_input']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system ON %I TO project_sync_system USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY tenant_reads ON %I FOR SELECT TO project_sync_app
      USING (project_id = ANY ((SELECT visible_projects())::uuid[]))', t);
    EXECUTE format('GRANT SELECT ON %I TO project_sync_app', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO project_sync_system', t);
  END LOOP;
END
$$;

CREATE POLICY tenant_inserts ON "pattern_judgement" FOR INSERT TO project_sync_app
  WITH CHECK (project_id = ANY ((SELECT writable_projects())::uuid[]));
CREATE POLICY tenant_updates ON "pattern_judgement" FOR UPDATE TO project_sync_app
  USING (project_id = ANY ((SELECT writable_projects())::uuid[]))
  WITH CHECK (project_id = ANY ((SELECT writable_projects())::uuid[]));
GRANT INSERT, UPDATE ON "pattern_judgement" TO project_sync_app;

-- The links that a sync brought and those it superseded, for the patterns and pages that depend on them.
CREATE INDEX "file_link_added" ON "file_link" ("project_id", "branch_id", "added");
CREATE INDEX "file_link_superseded" ON "file_link" ("project_id", "branch_id", "superseded") WHERE "superseded" IS NOT NULL;

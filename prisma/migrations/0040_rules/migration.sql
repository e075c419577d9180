-- What a person of the project decided about a path of a branch: that it rules, and how far. The one source of MANDATORY.
CREATE TABLE "rule_path" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "id" UUID NOT NULL,
  "branch_id" UUID NOT NULL,
  -- A file, or a folder with all that lies in it.
  "path" TEXT COLLATE "C" NOT NULL,
  "authority" "authority" NOT NULL,
  "decided_by" TEXT NOT NULL,
  "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "superseded_at" TIMESTAMPTZ(3),
  CONSTRAINT "rule_path_pkey" PRIMARY KEY ("project_id", "id"),
  CONSTRAINT "rule_path_is_a_path" CHECK ("path" <> '')
);
CREATE UNIQUE INDEX "rule_path_current" ON "rule_path" ("project_id", "branch_id", "path") WHERE "superseded_at" IS NULL;

-- Set when the documents of the sync's snapshot are complete, with the version of the rules that found them.
ALTER TABLE "project_sync" ADD COLUMN "rules_version" INTEGER;

ALTER TABLE "rule_path" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "rule_path" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "rule_path" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "rule_path" FOR SELECT TO project_sync_app
  USING (project_id = ANY ((SELECT visible_projects())::uuid[]));
GRANT SELECT ON "rule_path" TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "rule_path" TO project_sync_system;

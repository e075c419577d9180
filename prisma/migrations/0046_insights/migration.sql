-- An insight is written once and superseded when other statements lead it. Rows from before keep their entries: each leads
-- itself, and has no evidence beyond its own text.
ALTER TABLE "workflow_insight" ADD COLUMN "key" TEXT;
ALTER TABLE "workflow_insight" ADD COLUMN "is_model_written" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "workflow_insight" ADD COLUMN "written_at" TIMESTAMPTZ(3);
ALTER TABLE "workflow_insight" ADD COLUMN "superseded_at" TIMESTAMPTZ(3);
ALTER TABLE "workflow_insight" ADD COLUMN "superseded_by" UUID;
CREATE UNIQUE INDEX "workflow_insight_current" ON "workflow_insight" ("project_id", "key") WHERE "superseded_at" IS NULL;
CREATE INDEX "workflow_insight_listed" ON "workflow_insight" ("project_id", (coalesce("written_at", "created_at")), "id")
  WHERE "superseded_at" IS NULL;

-- The letters, notes and decisions whose statements have been read, and those that were left out for the budget.
CREATE TABLE "insight_source" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "source" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "written_at" TIMESTAMPTZ(3) NOT NULL,
  "characters" INTEGER NOT NULL,
  "is_read" BOOLEAN NOT NULL,
  "superseded_at" TIMESTAMPTZ(3),
  CONSTRAINT "insight_source_pkey" PRIMARY KEY ("project_id", "source")
);

-- A sentence of a source. Its keys find its neighbours: those that may say the same or the opposite.
CREATE TABLE "insight_statement" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "source" TEXT NOT NULL,
  "ordinal" INTEGER NOT NULL,
  "entry_id" BIGINT NOT NULL,
  "key" TEXT NOT NULL,
  "quote" TEXT NOT NULL,
  "category" TEXT NOT NULL,
  "written_at" TIMESTAMPTZ(3) NOT NULL,
  "answers" TEXT[] NOT NULL,
  "neighbour_keys" BIGINT[] NOT NULL,
  CONSTRAINT "insight_statement_pkey" PRIMARY KEY ("project_id", "source", "ordinal"),
  CONSTRAINT "insight_statement_project_id_source_fkey" FOREIGN KEY ("project_id", "source")
    REFERENCES "insight_source" ("project_id", "source") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "insight_statement_project_id_entry_id_fkey" FOREIGN KEY ("project_id", "entry_id")
    REFERENCES "memory_entry" ("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "insight_statement_key" ON "insight_statement" ("project_id", "key");
CREATE INDEX "insight_statement_entries" ON "insight_statement" ("project_id", "entry_id");
CREATE INDEX "insight_statement_neighbours" ON "insight_statement" USING gin ("neighbour_keys") WITH (fastupdate = off);

-- Which sentence belongs to which insight. An insight's members come and go; its text does not change.
CREATE TABLE "insight_member" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "insight_id" UUID NOT NULL,
  "key" TEXT NOT NULL,
  "superseded_at" TIMESTAMPTZ(3),
  CONSTRAINT "insight_member_pkey" PRIMARY KEY ("project_id", "insight_id", "key"),
  CONSTRAINT "insight_member_project_id_insight_id_fkey" FOREIGN KEY ("project_id", "insight_id")
    REFERENCES "workflow_insight" ("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "insight_member_key" ON "insight_member" ("project_id", "key");

-- Two insights that contradict each other, the later one first, or a pain and what answers it.
CREATE TABLE "insight_pair" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "from_id" UUID NOT NULL,
  "to_id" UUID NOT NULL,
  "kind" TEXT NOT NULL,
  "superseded_at" TIMESTAMPTZ(3),
  CONSTRAINT "insight_pair_pkey" PRIMARY KEY ("project_id", "from_id", "to_id", "kind"),
  CONSTRAINT "insight_pair_project_id_from_id_fkey" FOREIGN KEY ("project_id", "from_id")
    REFERENCES "workflow_insight" ("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "insight_pair_project_id_to_id_fkey" FOREIGN KEY ("project_id", "to_id")
    REFERENCES "workflow_insight" ("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "insight_pair_to_id" ON "insight_pair" ("project_id", "to_id");

-- Raised by each consolidation: one that read an older state starts again.
ALTER TABLE "project" ADD COLUMN "consolidation" INTEGER NOT NULL DEFAULT 0;

-- The few files of a project that tell something in prose, so that a sync need not list all others.
CREATE INDEX "repository_file_letters" ON "repository_file" ("project_id", "branch_id", "oid")
  WHERE "dialect" LIKE 'letter%';
CREATE INDEX "repository_file_decisions" ON "repository_file" ("project_id", "branch_id", "oid")
  WHERE "dialect" = 'markdown'
    AND encode(substring("path" from 1 for 512), 'escape') ~* '(^|/)(adrs?|decisions?|decision-records?)/[^/]+[.]md$';

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['insight_source', 'insight_statement', 'insight_member', 'insight_pair']
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

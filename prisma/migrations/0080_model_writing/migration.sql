-- Whether a language model adds a part to every page that can have one. An owner turns it on.
ALTER TABLE "project" ADD COLUMN "model_pages" BOOLEAN NOT NULL DEFAULT false;

-- What a language model was asked about a page: the hash of the material, the model and the task. Null where none answered.
ALTER TABLE "document" ADD COLUMN "model_key" TEXT;

-- A page of a branch that a person asked a language model to add to.
CREATE TABLE "page_request" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "id" UUID NOT NULL,
  "branch_id" UUID NOT NULL,
  "path" TEXT COLLATE "C" NOT NULL,
  "requested_by" TEXT,
  "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "superseded_at" TIMESTAMPTZ(3),
  CONSTRAINT "page_request_pkey" PRIMARY KEY ("project_id", "id")
);
CREATE UNIQUE INDEX "page_request_current" ON "page_request" ("project_id", "branch_id", "path") WHERE "superseded_at" IS NULL;

-- The statements that a model made of a material, which any branch and sync of the project uses again.
CREATE TABLE "model_answer" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "key" TEXT NOT NULL,
  "model" TEXT NOT NULL,
  "statements" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "model_answer_pkey" PRIMARY KEY ("project_id", "key")
);

-- The tokens of each call: set aside before it, and corrected after it.
CREATE TABLE "model_use" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "id" UUID NOT NULL,
  "sync_id" UUID NOT NULL,
  "path" TEXT NOT NULL,
  "model" TEXT NOT NULL,
  "tokens" INTEGER NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "model_use_pkey" PRIMARY KEY ("project_id", "id")
);
CREATE INDEX "model_use_at" ON "model_use" ("project_id", "created_at");

ALTER TABLE "page_request" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "page_request" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "page_request" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "page_request" FOR SELECT TO project_sync_app
  USING (project_id = ANY ((SELECT visible_projects())::uuid[]));
GRANT SELECT ON "page_request" TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "page_request" TO project_sync_system;

ALTER TABLE "model_answer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "model_answer" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "model_answer" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "model_answer" FOR SELECT TO project_sync_app
  USING (project_id = ANY ((SELECT visible_projects())::uuid[]));
GRANT SELECT ON "model_answer" TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "model_answer" TO project_sync_system;

ALTER TABLE "model_use" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "model_use" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "model_use" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "model_use" FOR SELECT TO project_sync_app
  USING (project_id = ANY ((SELECT visible_projects())::uuid[]));
GRANT SELECT ON "model_use" TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "model_use" TO project_sync_system;

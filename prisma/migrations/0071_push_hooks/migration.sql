-- The address of a repository at which its Git server reports pushes, with a secret of its own.
CREATE TABLE "push_hook" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "id" UUID NOT NULL,
  "repository_id" UUID NOT NULL,
  "secret_cipher" BYTEA NOT NULL,
  "created_by" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "push_hook_pkey" PRIMARY KEY ("project_id", "id"),
  CONSTRAINT "push_hook_project_id_repository_id_fkey" FOREIGN KEY ("project_id", "repository_id")
    REFERENCES "repository" ("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "push_hook_repository" ON "push_hook" ("project_id", "repository_id");
-- A delivery comes with the ID of the hook alone.
CREATE UNIQUE INDEX "push_hook_id" ON "push_hook" ("id");

-- The deliveries that came with the right secret. One that met a fault of ours leaves no row, and is taken when it comes again.
CREATE TABLE "push_delivery" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "id" UUID NOT NULL,
  "repository_id" UUID NOT NULL,
  "forge" TEXT NOT NULL,
  "event" TEXT NOT NULL,
  "key" TEXT,
  "branches" TEXT[] NOT NULL,
  "status" INTEGER NOT NULL,
  "outcome" TEXT NOT NULL,
  "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "push_delivery_pkey" PRIMARY KEY ("project_id", "id"),
  CONSTRAINT "push_delivery_project_id_repository_id_fkey" FOREIGN KEY ("project_id", "repository_id")
    REFERENCES "repository" ("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "push_delivery_key" ON "push_delivery" ("project_id", "repository_id", "key");
CREATE INDEX "push_delivery_list" ON "push_delivery" ("project_id", "repository_id", "received_at", "id");

ALTER TABLE "push_hook" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "push_hook" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "push_hook" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "push_hook" FOR SELECT TO project_sync_app
  USING (project_id = ANY ((SELECT owned_projects())::uuid[]));
GRANT SELECT ON "push_hook" TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "push_hook" TO project_sync_system;

ALTER TABLE "push_delivery" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "push_delivery" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "push_delivery" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "push_delivery" FOR SELECT TO project_sync_app
  USING (project_id = ANY ((SELECT owned_projects())::uuid[]));
GRANT SELECT ON "push_delivery" TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "push_delivery" TO project_sync_system;

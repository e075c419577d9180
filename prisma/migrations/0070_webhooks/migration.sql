-- Addresses that are called when something happens in a project, and their calls. A call is written in the transaction of
-- what it reports, and sent by a worker: neither is a report lost, nor is one sent of what was rolled back.
CREATE TYPE "webhook_event" AS ENUM ('SYNC_COMPLETED', 'SYNC_FAILED', 'BRANCH_BEHIND', 'PATTERN_APPEARED');
CREATE TYPE "webhook_delivery_status" AS ENUM ('PENDING', 'DELIVERED', 'FAILED');

CREATE TABLE "webhook" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "id" UUID NOT NULL,
  "url" TEXT NOT NULL,
  "events" "webhook_event"[],
  "secret_cipher" BYTEA NOT NULL,
  "created_by" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "failures" INTEGER NOT NULL DEFAULT 0,
  "paused_until" TIMESTAMPTZ(3),
  "off_at" TIMESTAMPTZ(3),
  "off_reason" TEXT,
  CONSTRAINT "webhook_pkey" PRIMARY KEY ("project_id", "id")
);

CREATE TABLE "outgoing_delivery" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "id" UUID NOT NULL,
  "webhook_id" UUID NOT NULL,
  "event" "webhook_event" NOT NULL,
  "data" JSONB NOT NULL,
  "repeats" UUID,
  "status" "webhook_delivery_status" NOT NULL DEFAULT 'PENDING',
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "attempted_at" TIMESTAMPTZ(3),
  "duration_ms" INTEGER,
  "response_status" INTEGER,
  "response_head" TEXT,
  "failure" TEXT,
  CONSTRAINT "outgoing_delivery_pkey" PRIMARY KEY ("project_id", "id"),
  CONSTRAINT "outgoing_delivery_project_id_webhook_id_fkey" FOREIGN KEY ("project_id", "webhook_id")
    REFERENCES "webhook" ("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "outgoing_delivery_list" ON "outgoing_delivery" ("project_id", "webhook_id", "created_at", "id");
CREATE INDEX "outgoing_delivery_due" ON "outgoing_delivery" ("due_at", "id") WHERE "status" = 'PENDING';

-- An address may itself be a secret, as those of chat services are: only owners see it.
ALTER TABLE "webhook" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "webhook" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "webhook" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_all ON "webhook" TO project_sync_app
  USING (project_id = ANY ((SELECT owned_projects())::uuid[]))
  WITH CHECK (project_id = ANY ((SELECT owned_projects())::uuid[]));
GRANT SELECT, INSERT ON "webhook" TO project_sync_app;
GRANT UPDATE ("url", "events", "secret_cipher", "failures", "paused_until", "off_at", "off_reason") ON "webhook"
  TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "webhook" TO project_sync_system;

ALTER TABLE "outgoing_delivery" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "outgoing_delivery" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "outgoing_delivery" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "outgoing_delivery" FOR SELECT TO project_sync_app
  USING (project_id = ANY ((SELECT owned_projects())::uuid[]));
GRANT SELECT ON "outgoing_delivery" TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "outgoing_delivery" TO project_sync_system;

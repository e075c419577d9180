-- Mails about syncs, for members who ask for them. A mail is written in the transaction of what it reports, and sent by one
-- worker. It belongs to a membership: it goes with it, and is never sent to people whose access has ended.
CREATE TYPE "mail_notices" AS ENUM ('NONE', 'FAILURES', 'ALL');
ALTER TABLE "project_member" ADD COLUMN "mail_notices" "mail_notices" NOT NULL DEFAULT 'NONE';

CREATE TABLE "mail_delivery" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "id" UUID NOT NULL,
  "user_id" TEXT NOT NULL,
  "event" "webhook_event" NOT NULL,
  "data" JSONB NOT NULL,
  "status" "webhook_delivery_status" NOT NULL DEFAULT 'PENDING',
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "attempted_at" TIMESTAMPTZ(3),
  "failure" TEXT,
  CONSTRAINT "mail_delivery_pkey" PRIMARY KEY ("project_id", "id"),
  CONSTRAINT "mail_delivery_project_id_user_id_fkey" FOREIGN KEY ("project_id", "user_id")
    REFERENCES "project_member" ("project_id", "user_id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "mail_delivery_of_user" ON "mail_delivery" ("project_id", "user_id", "created_at");
CREATE INDEX "mail_delivery_due" ON "mail_delivery" ("due_at", "id") WHERE "status" = 'PENDING';

-- Mails are the worker's alone; a member sees what became of the own ones.
ALTER TABLE "mail_delivery" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "mail_delivery" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "mail_delivery" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "mail_delivery" FOR SELECT TO project_sync_app
  USING ("user_id" = nullif(current_setting('app.user_id', true), '')
         AND project_id = ANY ((SELECT visible_projects())::uuid[]));
GRANT SELECT ON "mail_delivery" TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "mail_delivery" TO project_sync_system;

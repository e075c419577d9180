-- Set once retention has decided about a sync that ended: it looks at each only once.
ALTER TABLE "project_sync" ADD COLUMN "tidied_at" TIMESTAMPTZ(3);
CREATE INDEX "project_sync_untidied" ON "project_sync" ("completed_at") WHERE "tidied_at" IS NULL AND "completed_at" IS NOT NULL;

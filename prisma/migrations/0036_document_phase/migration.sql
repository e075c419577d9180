-- What the pages about the whole repository take from the page of a module, so that a sync reads the folders it touched alone.
ALTER TABLE "document" ADD COLUMN "summary" JSONB;

-- Set when the pages of the sync's snapshot are complete.
ALTER TABLE "project_sync" ADD COLUMN "documented_at" TIMESTAMPTZ(3);

-- The links that a sync changed: what came with it, and what it replaced.
CREATE INDEX "file_link_added" ON "file_link" ("project_id", "branch_id", "added");
CREATE INDEX "file_link_superseded" ON "file_link" ("project_id", "branch_id", "superseded") WHERE "superseded" IS NOT NULL;

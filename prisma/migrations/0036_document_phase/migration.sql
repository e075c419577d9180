-- What the pages about the whole repository take from the page of a module, so that a sync reads the folders it touched alone.
ALTER TABLE "document" ADD COLUMN "summary" JSONB;

-- Set when the pages of the sync's snapshot are complete.
ALTER TABLE "project_sync" ADD COLUMN "documented_at" TIMESTAMPTZ(3);

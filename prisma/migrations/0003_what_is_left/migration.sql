-- Which syncs have all their vectors. Those of before are looked through once, by the next sync of their project.
ALTER TABLE "project_sync" ADD COLUMN "embedded_at" TIMESTAMPTZ(3);
CREATE INDEX "project_sync_unembedded" ON "project_sync" ("project_id")
  WHERE "finalized_at" IS NOT NULL AND "embedded_at" IS NULL;

-- Where newer rules read a content otherwise, the old entry is superseded and a new one takes its place: only one of
-- them is in force at a time.
CREATE UNIQUE INDEX "memory_entry_in_force" ON "memory_entry" ("project_id", "oid", "dialect", "ordinal")
  WHERE "oid" IS NOT NULL AND "superseded_at" IS NULL;
DROP INDEX "memory_entry_place";

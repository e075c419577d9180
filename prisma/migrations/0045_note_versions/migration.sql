-- An edited note is a new entry that names the one it replaces, so that a repeated edit is recognised and history reads
-- from the newest to the first.
ALTER TABLE "memory_entry" ADD COLUMN "replaces" BIGINT;
ALTER TABLE "memory_entry" ADD CONSTRAINT "memory_entry_project_id_replaces_fkey"
  FOREIGN KEY ("project_id", "replaces") REFERENCES "memory_entry" ("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
-- Of two edits of one note, only the first is stored.
CREATE UNIQUE INDEX "memory_entry_replaced_once" ON "memory_entry" ("project_id", "replaces") WHERE "replaces" IS NOT NULL;
CREATE INDEX "memory_entry_notes" ON "memory_entry" ("project_id", "created_at", "id")
  WHERE "kind" = 'NOTE' AND "superseded_at" IS NULL;

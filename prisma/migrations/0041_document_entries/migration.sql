-- The document that a passage without a file is a part of: search finds what people wrote, and loses it when it is replaced.
ALTER TABLE "memory_entry" ADD COLUMN "document_id" UUID;
CREATE INDEX "memory_entry_document" ON "memory_entry" ("project_id", "document_id") WHERE "document_id" IS NOT NULL;

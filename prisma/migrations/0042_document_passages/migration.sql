-- A passage of a document that a person wrote stands in no content, as notes and insights do.
ALTER TABLE "memory_entry" DROP CONSTRAINT "memory_entry_has_its_place";
ALTER TABLE "memory_entry" ADD CONSTRAINT "memory_entry_has_its_place"
  CHECK (("oid" IS NULL) = ("kind" IN ('NOTE', 'INSIGHT') OR "document_id" IS NOT NULL) AND ("document_id" IS NULL OR "kind" = 'DOC'));

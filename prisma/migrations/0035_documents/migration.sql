-- GENERATED: written by the product. REPOSITORY: a file of the branch that has an authority. WRITTEN: put there by a person.
CREATE TYPE "document_kind" AS ENUM ('GENERATED', 'REPOSITORY', 'WRITTEN');

ALTER TABLE "document" ADD COLUMN "kind" "document_kind" NOT NULL DEFAULT 'WRITTEN';
-- Where it stands among the documents, in byte order; empty for a WRITTEN one without a place.
ALTER TABLE "document" ADD COLUMN "path" TEXT COLLATE "C" NOT NULL DEFAULT '';
-- The folders it speaks for; empty for all of the repository.
ALTER TABLE "document" ADD COLUMN "scope" TEXT[] NOT NULL DEFAULT '{}';
-- Of GENERATED and REPOSITORY documents: in force on the branch from sync `added` until `superseded`, as files are. A WRITTEN
-- one is the project's; with a repository it stands beside the documents of that repository only.
ALTER TABLE "document" ADD COLUMN "repository_id" UUID;
ALTER TABLE "document" ADD COLUMN "branch_id" UUID;
ALTER TABLE "document" ADD COLUMN "added" INTEGER;
ALTER TABLE "document" ADD COLUMN "superseded" INTEGER;
-- The stored content with its text, which other branches and syncs share. A WRITTEN document has its text in the row.
ALTER TABLE "document" ADD COLUMN "oid" TEXT;
ALTER TABLE "document" ALTER COLUMN "content" DROP NOT NULL;
-- Of GENERATED documents: the hash of all that the text was made from, and the version of its template.
ALTER TABLE "document" ADD COLUMN "input_hash" TEXT;
ALTER TABLE "document" ADD COLUMN "template_version" INTEGER;
ALTER TABLE "document" ADD COLUMN "is_model_written" BOOLEAN NOT NULL DEFAULT false;
-- A list of {path, startLine, endLine}: lines of the very snapshot the document belongs to.
ALTER TABLE "document" ADD COLUMN "citations" JSONB NOT NULL DEFAULT '[]';

ALTER TABLE "document" ADD CONSTRAINT "document_has_its_place" CHECK (
  CASE "kind" WHEN 'WRITTEN' THEN "branch_id" IS NULL AND "added" IS NULL AND "superseded" IS NULL AND "content" IS NOT NULL
  ELSE "branch_id" IS NOT NULL AND "repository_id" IS NOT NULL AND "added" > 0 AND "oid" IS NOT NULL AND "path" <> ''
       AND ("superseded" IS NULL OR "superseded" > "added") END);

-- A WRITTEN document is replaced by the next one at its place, or with its title where it has none.
DROP INDEX "document_current";
CREATE UNIQUE INDEX "document_titled" ON "document" ("project_id", "title")
  WHERE "superseded_at" IS NULL AND "kind" = 'WRITTEN' AND "path" = '';
CREATE UNIQUE INDEX "document_placed" ON "document"
  ("project_id", (coalesce("repository_id", '00000000-0000-0000-0000-000000000000'::uuid)), "path")
  WHERE "superseded_at" IS NULL AND "kind" = 'WRITTEN' AND "path" <> '';
CREATE UNIQUE INDEX "document_in_force" ON "document" ("project_id", "branch_id", "kind", "path")
  WHERE "superseded" IS NULL AND "kind" <> 'WRITTEN';
CREATE INDEX "document_branch" ON "document" ("project_id", "branch_id", "added") WHERE "kind" <> 'WRITTEN';
CREATE INDEX "document_content" ON "document" ("project_id", "oid") WHERE "oid" IS NOT NULL;

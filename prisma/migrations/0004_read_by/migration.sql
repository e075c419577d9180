-- By which versions of its rules all that a project keeps has been read: newer rules read it anew, once.
ALTER TABLE "project" ADD COLUMN "read_split" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "project" ADD COLUMN "read_redaction" INTEGER NOT NULL DEFAULT 0;

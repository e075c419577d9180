-- Rules about paths that people set here, beside those in a repository's own files. Each change raises the version; a branch
-- says under which version its files were classified, so that the next sync knows whether to classify them again.
ALTER TABLE "repository" ADD COLUMN "ignore_rules" TEXT NOT NULL DEFAULT '' CHECK (length("ignore_rules") <= 100000);
ALTER TABLE "repository" ADD COLUMN "rules_version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "branch" ADD COLUMN "rules_version" INTEGER NOT NULL DEFAULT 0;
-- The API changes a repository under the role of its tenants, which may write the named columns alone.
GRANT UPDATE ("ignore_rules", "rules_version") ON "repository" TO project_sync_app;

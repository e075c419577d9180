-- How often the branches of a repository are looked at, in minutes; null as the server is configured, 0 for never.
ALTER TABLE "repository" ADD COLUMN "poll_minutes" INTEGER CHECK ("poll_minutes" BETWEEN 0 AND 10080);
-- The API changes a repository under the role of its tenants, which may write the named columns alone.
GRANT UPDATE ("poll_minutes") ON "repository" TO project_sync_app;

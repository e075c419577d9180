-- The name of the person who wrote the commit that a sync brought. Earlier syncs never read it: theirs stays unknown.
ALTER TABLE "project_sync" ADD COLUMN "commit_author" TEXT;

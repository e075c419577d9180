-- The rules of people that bound the imports of a snapshot when its patterns were found, as a hash: where it differs from
-- today's, the rule about them looks at the next snapshot anew.
ALTER TABLE "project_sync" ADD COLUMN "declared_hash" TEXT;

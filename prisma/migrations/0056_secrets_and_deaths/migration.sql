-- The secrets that have written to this database, by their fingerprints: a server with another one must not start.
CREATE TABLE "app_secret" (
  "fingerprint" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "app_secret_pkey" PRIMARY KEY ("fingerprint")
);
GRANT SELECT, INSERT ON "app_secret" TO project_sync_system;

-- How often a sync's process ended while it ran: three for an end after a heartbeat, one for a sooner one, counted anew
-- once the sync gets further than before. `beats` counts the heartbeats since the last claim.
ALTER TABLE "project_sync" ADD COLUMN "beats" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "project_sync" ADD COLUMN "deaths" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "project_sync" ADD COLUMN "death_progress" DOUBLE PRECISION;

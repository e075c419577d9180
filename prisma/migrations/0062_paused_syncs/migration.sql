-- While a project is paused, its waiting syncs stay in the queue and those that run go on to their end.
ALTER TABLE "project" ADD COLUMN "syncs_paused_at" TIMESTAMPTZ(3);

-- The W3C trace context of the request that asked for a sync: its worker's spans go on in the same trace.
ALTER TABLE "project_sync" ADD COLUMN "trace_parent" TEXT;

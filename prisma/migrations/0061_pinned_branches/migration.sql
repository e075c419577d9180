-- A restored branch may be pinned: until it is released, only another restore moves it.
ALTER TABLE "branch" ADD COLUMN "pinned_sync_id" UUID;
ALTER TABLE "branch" ADD COLUMN "pinned_at" TIMESTAMPTZ(3);
ALTER TABLE "branch" ADD COLUMN "pinned_by" TEXT;
ALTER TABLE "branch" ADD COLUMN "pin_reason" TEXT;

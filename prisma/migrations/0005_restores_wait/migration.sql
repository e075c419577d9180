-- A restore may wait behind the sync that is active on its branch; still only one of them is at work at a time.
CREATE UNIQUE INDEX "project_sync_running" ON "project_sync" ("project_id", "branch_id")
  WHERE "status" = 'RUNNING';
CREATE UNIQUE INDEX "project_sync_asked" ON "project_sync" ("project_id", "branch_id", ("trigger" = 'RESTORE'))
  WHERE "status" IN ('QUEUED', 'RUNNING');
DROP INDEX "project_sync_active";

-- Only what is superseded is ever looked for by when. With the rows in force in it too, this index looked as good as the
-- one by path to a planner that has no numbers yet, and one changed file read a hundred thousand rows.
DROP INDEX "repository_file_project_id_branch_id_superseded_idx";
CREATE INDEX "repository_file_superseded" ON "repository_file" ("project_id", "branch_id", "superseded")
  WHERE "superseded" IS NOT NULL;

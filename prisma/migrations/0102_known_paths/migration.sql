-- Each path of a project once, whichever branches and syncs have it: search looks the words of a question up among these. An index
-- of words on the files themselves held a path as often as branches and syncs have it, which cost a new branch a third of
-- its time, and a few dozen branches filled the candidates of a question before the branch that was asked about had its turn.
CREATE TABLE "known_path" (
  "project_id" UUID NOT NULL REFERENCES "project" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  -- Of the path, which may be longer than a row of an index.
  "hash" BYTEA NOT NULL,
  "path" BYTEA NOT NULL,
  CONSTRAINT "known_path_pkey" PRIMARY KEY ("project_id", "hash")
);

DO $$
BEGIN
  ALTER TABLE "known_path" ENABLE ROW LEVEL SECURITY;
  ALTER TABLE "known_path" FORCE ROW LEVEL SECURITY;
  CREATE POLICY system ON "known_path" TO project_sync_system USING (true) WITH CHECK (true);
  CREATE POLICY tenant_reads ON "known_path" FOR SELECT TO project_sync_app
    USING (project_id = ANY ((SELECT visible_projects())::uuid[]));
  GRANT SELECT ON "known_path" TO project_sync_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON "known_path" TO project_sync_system;
END
$$;

-- A trigger, so that no way of writing files can forget it, that of the previous release included. In the order of the hashes, so
-- that two syncs with the same new paths wait for each other instead of for ever.
CREATE FUNCTION "keep_known_paths"() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO known_path (project_id, hash, path)
  SELECT DISTINCT ON (f.project_id, sha256(f.path)) f.project_id, sha256(f.path), f.path FROM new_files f
   ORDER BY f.project_id, sha256(f.path)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER "known_paths" AFTER INSERT ON "repository_file" REFERENCING NEW TABLE AS new_files
  FOR EACH STATEMENT EXECUTE FUNCTION keep_known_paths();

INSERT INTO "known_path" ("project_id", "hash", "path")
SELECT DISTINCT ON ("project_id", sha256("path")) "project_id", sha256("path"), "path" FROM "repository_file";

CREATE INDEX "known_path_words" ON "known_path" USING gin (place_words("path")) WITH (gin_pending_list_limit = 128);
DROP INDEX "repository_file_words";

-- Documents in reStructuredText and MDX have a reader of their own now. The next sync of a branch that has some classifies its
-- files again, since none was classified under this version.
UPDATE "branch" b SET "rules_version" = -1
 WHERE EXISTS (SELECT FROM "repository_file" f
                WHERE f."project_id" = b."project_id" AND f."branch_id" = b."id" AND f."superseded" IS NULL
                  AND encode(f."path", 'escape') ~* '[.](rst|mdx)$');

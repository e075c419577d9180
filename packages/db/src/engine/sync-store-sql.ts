// The statements of a sync's store, each as it is sent: $1 is the project everywhere.

/** $2 oids */
export const loadTrees = `SELECT oid, content FROM git_tree WHERE project_id = $1 AND oid = ANY ($2::text[])`;

/** $2 oids, $3 contents as hex */
export const saveTrees = `
  INSERT INTO git_tree (project_id, oid, content)
  SELECT $1, t.oid, decode(t.content, 'hex') FROM unnest($2::text[], $3::text[]) AS t (oid, content)
  ON CONFLICT DO NOTHING`;

export const overwriteTrees = `
  INSERT INTO git_tree (project_id, oid, content)
  SELECT $1, t.oid, decode(t.content, 'hex') FROM unnest($2::text[], $3::text[]) AS t (oid, content)
  ON CONFLICT (project_id, oid) DO UPDATE SET content = excluded.content WHERE git_tree.content <> excluded.content`;

export const differingTrees = `
  SELECT count(*) FROM unnest($2::text[], $3::text[]) AS t (oid, content)
    JOIN git_tree g ON g.project_id = $1 AND g.oid = t.oid AND g.content <> decode(t.content, 'hex')`;

/** $2 repository, $3 branch. The branch's own head first, then the repository's default branch, then its newest one. */
export const base = `
  SELECT b.id AS branch_id, b.head AS number, s.commit_oid, s.tree_oid, coalesce((s.stats ->> 'filesTotal')::int4, 0) AS files
    FROM branch b
    JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id
    JOIN project_sync s ON s.project_id = b.project_id AND s.branch_id = b.id AND s.number = b.head
   WHERE b.project_id = $1 AND b.repository_id = $2 AND b.head > 0 AND b.removed_at IS NULL
   ORDER BY (b.id = $3) DESC, (b.name = r.default_branch) DESC, s.finalized_at DESC
   LIMIT 1`;

/** $2 oids, $3 dialects, $4 split version, $5 redaction version */
export const missing = `
  SELECT f.oid, f.dialect, b.oid IS NOT NULL AS held,
         f.dialect = 'none' OR coalesce(a.split_version >= $4 AND a.redaction_version >= $5, false) AS read
    FROM (SELECT DISTINCT oid, dialect FROM unnest($2::text[], $3::text[]) AS t (oid, dialect)) f
    LEFT JOIN blob b ON b.project_id = $1 AND b.oid = f.oid
    LEFT JOIN blob_analysis a ON a.project_id = $1 AND a.oid = f.oid AND a.dialect = f.dialect`;

/** $2 split version, $3 redaction version, $4 how many */
export const staleAnalyses = `
  SELECT oid, dialect FROM blob_analysis
   WHERE project_id = $1 AND (split_version < $2 OR redaction_version < $3) ORDER BY oid, dialect LIMIT $4`;
export const markRead = `
  UPDATE project SET read_split = greatest(read_split, $2), read_redaction = greatest(read_redaction, $3) WHERE id = $1`;

export const loadBlobs = `
  SELECT oid, size, is_binary, encoding, content, skip_reason FROM blob WHERE project_id = $1 AND oid = ANY ($2::text[])`;

/** $2 oids, $3 sizes, $4 binary, $5 encodings, $6 contents as hex, $7 reasons */
const blobRows = `
  INSERT INTO blob (project_id, oid, size, is_binary, encoding, content, skip_reason)
  SELECT $1, t.oid, t.size, t.is_binary, t.encoding, decode(t.content, 'hex'), t.skip_reason
    FROM unnest($2::text[], $3::int8[], $4::bool[], $5::text[], $6::text[], $7::text[])
      AS t (oid, size, is_binary, encoding, content, skip_reason)`;
export const saveBlobs = `${blobRows}
  ON CONFLICT DO NOTHING`;
export const overwriteBlobs = `${blobRows}
  ON CONFLICT (project_id, oid) DO UPDATE
    SET size = excluded.size, is_binary = excluded.is_binary, encoding = excluded.encoding, content = excluded.content,
        skip_reason = excluded.skip_reason`;

/** $2 oids, $3 contents as hex, $4 sizes */
export const differingBlobs = `
  SELECT count(*) FROM unnest($2::text[], $3::text[], $4::int8[]) AS t (oid, content, size)
    JOIN blob b ON b.project_id = $1 AND b.oid = t.oid
     AND (b.content IS DISTINCT FROM decode(t.content, 'hex') OR b.size <> t.size)`;

// What a content says is counted when it is read, so a count here is one look-up by key for each row.
const entriesOf = (rows: string, condition: string) => `
  SELECT coalesce(sum(a.entries), 0) FROM (${rows}) f
   CROSS JOIN LATERAL (
     SELECT entries FROM blob_analysis a WHERE a.project_id = $1 AND a.oid = f.oid AND a.dialect = f.dialect LIMIT 1) a
   WHERE ${condition}`;

/** $2 from branch, $3 its number, $4 to branch, $5 number, $6 last id, $7 how many */
export const copyBase = `
  WITH page AS (
    SELECT * FROM repository_file
     WHERE project_id = $1 AND branch_id = $2 AND id > $6 AND added <= $3 AND (superseded IS NULL OR superseded > $3)
     ORDER BY id LIMIT $7
  ), copied AS (
    INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, language, ignored, added)
    SELECT project_id, $4::uuid, path, mode, oid, dialect, language, ignored, $5::int4 FROM page
    RETURNING 1
  )
  SELECT (SELECT max(id) FROM page) AS last, (SELECT count(*) FROM copied) AS count, (${entriesOf('SELECT * FROM page', 'true')}) AS entries`;

// Each path is looked up by the index: joined, a hundred thousand paths that nobody has counted yet are hashed for one.
const standing = (condition: string) => `
  SELECT f.id FROM (SELECT DISTINCT sha256(decode(p, 'hex')) AS hash FROM unnest($4::text[]) AS p) t
   CROSS JOIN LATERAL (
     SELECT id, added FROM repository_file
      WHERE project_id = $1 AND branch_id = $2 AND superseded IS NULL AND sha256(path) = t.hash LIMIT 1) f
   WHERE ${condition}`;

// What comes and what goes says how many entries it has: to look for it afterwards would be to look for it twice.
const counted = (change: string) => `
  WITH changed AS (${change} RETURNING oid, dialect)
  SELECT (${entriesOf('SELECT * FROM changed', 'true')}) AS entries`;

/** $2 branch, $3 number, $4 paths as hex */
export const endRows = counted(`
  UPDATE repository_file SET superseded = $3
   WHERE project_id = $1 AND id = ANY (ARRAY(${standing('f.added < $3')}))`);
export const dropRows = counted(`
  DELETE FROM repository_file WHERE project_id = $1 AND id = ANY (ARRAY(${standing('f.added = $3')}))`);

/** $2 branch, $3 number, then columns; paths as hex */
export const addRows = counted(`
  INSERT INTO repository_file (project_id, branch_id, added, path, mode, oid, dialect, language, ignored, renamed_from)
  SELECT $1, $2, $3, decode(t.path, 'hex'), t.mode, t.oid, t.dialect, t.language, t.ignored, decode(t.renamed_from, 'hex')
    FROM unnest($4::text[], $5::int4[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
      AS t (path, mode, oid, dialect, language, ignored, renamed_from)`);

/** $2 branch, $3 number, $4 last id, $5 how many: what readers of this number would see if it were finalized now */
export const listing = `
  SELECT id, path, mode, oid, dialect, language, ignored FROM repository_file
   WHERE project_id = $1 AND branch_id = $2 AND id > $4 AND added <= $3 AND (superseded IS NULL OR superseded > $3)
   ORDER BY id LIMIT $5`;

/** $2 branch, $3 the number to bring back, $4 the new number */
export const restore = `
  WITH target AS (
    SELECT * FROM repository_file
     WHERE project_id = $1 AND branch_id = $2 AND added <= $3 AND (superseded IS NULL OR superseded > $3)
  ), ended AS (
    UPDATE repository_file c SET superseded = $4
     WHERE c.project_id = $1 AND c.branch_id = $2 AND c.superseded IS NULL AND c.added < $4
       AND NOT EXISTS (SELECT FROM target t WHERE sha256(t.path) = sha256(c.path) AND t.oid = c.oid AND t.mode = c.mode
                          AND t.dialect = c.dialect)
    RETURNING c.path, c.oid, c.mode
  ), wanted AS (
    SELECT t.* FROM target t
     WHERE NOT EXISTS (SELECT FROM repository_file c WHERE c.project_id = $1 AND c.branch_id = $2 AND c.superseded IS NULL
                          AND sha256(c.path) = sha256(t.path) AND c.oid = t.oid AND c.mode = t.mode AND c.dialect = t.dialect)
  ), brought AS (
    INSERT INTO repository_file (project_id, branch_id, path, mode, oid, dialect, language, ignored, added)
    SELECT project_id, branch_id, path, mode, oid, dialect, language, ignored, $4 FROM wanted
     WHERE (SELECT count(*) FROM ended) >= 0
    RETURNING path, oid, mode
  )
  SELECT (SELECT count(*) FROM brought b WHERE NOT EXISTS (SELECT FROM ended e WHERE e.path = b.path)) AS added,
         (SELECT count(*) FROM brought b JOIN ended e USING (path) WHERE (e.oid, e.mode) IS DISTINCT FROM (b.oid, b.mode)) AS modified,
         (SELECT count(*) FROM ended e WHERE NOT EXISTS (SELECT FROM brought b WHERE b.path = e.path)) AS removed`;

export const restoredSync = `
  SELECT commit_oid, tree_oid, committed_at, commit_message, coalesce((stats ->> 'filesTotal')::int4, 0) AS files
    FROM project_sync WHERE project_id = $1 AND branch_id = $2 AND number = $3`;

/** $2 branch, $3 number: the entries of the rows that came with a restore, and of those that went */
export const countRestored = `
  SELECT (${entriesOf('SELECT oid, dialect FROM repository_file WHERE project_id = $1 AND branch_id = $2 AND added = $3', 'true')}) AS created,
         (${entriesOf('SELECT oid, dialect FROM repository_file WHERE project_id = $1 AND branch_id = $2 AND superseded = $3', 'true')}) AS superseded`;

/** $2 branch, $3 number, $4 commit, $5 whether the source was asked */
export const moveHead = `
  UPDATE branch
     SET head = $3, gone_at = CASE WHEN $5 THEN NULL ELSE gone_at END,
         source_head_oid = CASE WHEN $5 THEN $4 ELSE source_head_oid END,
         source_checked_at = CASE WHEN $5 THEN now() ELSE source_checked_at END
   WHERE project_id = $1 AND id = $2 AND head = $3 - 1`;

/** $2 sync, $3 branch, $4 number, then the commit's facts */
export const linkChain = `
  UPDATE project_sync
     SET number = $4, commit_oid = $5, tree_oid = $6,
         commit_message = coalesce($7, (SELECT p.commit_message FROM project_sync p WHERE p.project_id = $1 AND p.branch_id = $3 AND p.number = $4 - 1)),
         committed_at = coalesce($8, (SELECT p.committed_at FROM project_sync p WHERE p.project_id = $1 AND p.branch_id = $3 AND p.number = $4 - 1)),
         stats = $9::jsonb, warnings = $10::jsonb, finalized_at = now(),
         previous_sync_id = (SELECT p.id FROM project_sync p WHERE p.project_id = $1 AND p.branch_id = $3 AND p.number = $4 - 1)
   WHERE project_id = $1 AND id = $2`;

export const markGone = `
  UPDATE branch SET gone_at = coalesce(gone_at, now()), source_head_oid = NULL, source_checked_at = now()
   WHERE project_id = $1 AND id = $2`;

/** $2 sync, $3 fence, $4 seconds of lease */
export const renewLease = `
  UPDATE project_sync SET lease_until = now() + make_interval(secs => $4)
   WHERE project_id = $1 AND id = $2 AND fence = $3 AND status = 'RUNNING'`;

/** The same, with a row of the log: $5 phase, $6 progress, $7 message, $8 stats, $9 detail, $10 channel */
export const tell = `
  WITH mine AS (
    UPDATE project_sync
       SET lease_until = now() + make_interval(secs => $4), phase = $5::sync_phase, progress = greatest(progress, $6), stats = $8::jsonb,
           last_sequence = last_sequence + 1
     WHERE project_id = $1 AND id = $2 AND fence = $3 AND status = 'RUNNING'
    RETURNING last_sequence, progress, status
  ), told AS (
    INSERT INTO sync_event (project_id, sync_id, sequence, status, phase, progress, message, stats, detail)
    SELECT $1, $2, last_sequence, status, $5::sync_phase, progress, $7, $8::jsonb, $9::jsonb FROM mine
    RETURNING sequence
  )
  SELECT pg_notify($10, $1::text || ' ' || $2::text) FROM told`;

export const sweepAdded = `DELETE FROM repository_file WHERE project_id = $1 AND branch_id = $2 AND added = $3`;
export const sweepSuperseded = `
  UPDATE repository_file SET superseded = NULL WHERE project_id = $1 AND branch_id = $2 AND superseded = $3`;

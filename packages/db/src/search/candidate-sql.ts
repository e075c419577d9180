import { TEST_PATH } from '@project-sync/knowledge';
import { candidateColumns, candidateLists } from './candidate-rows.ts';
import { wantedSnapshotsSql } from './search-snapshots.ts';

/** How many candidates each way of looking gives at most. */
export const CANDIDATES = { words: 300, names: 120, paths: 150, meaning: 250, filters: 500 };

/** A scope with at most this many files is read through; in a larger one the indexes of the whole project lead. */
const FEW_FILES = 60;
/** How many passages are looked at to tell how frequent a frequent word is. */
const SAMPLE = 400;
/** Above this a word's frequency is told by the sample. */
const COUNTED = 1200;
/** A word that the sample has this many times above `COUNTED` is not counted at all: the count would only end at its limit. */
const SURELY = 2;
/** How many mentions the rarest words of a question may have together; what is more frequent only counts for what they found. */
const LOOKED_AT = 5000;
/** How many of the best passages are looked for inside the scope. */
const TRIED = 4000;
/** How many of the nearest are looked for first. */
const NEAREST = 600;
/** How many more of a sample are counted as near than should be: by chance it may have a few of the nearest too many. */
const SPARE = 8;
const FILES_BY_PATH = 40;
/** How many of the best paths are looked for inside the scope. */
const PATHS_LOOKED_UP = 400;
/** How many paths each word is looked up in. One look-up per word never splits a path again, which an OR of all words does. */
const PATHS_OF_WORD = 3000;

// The parameters of both statements: $1 project, $2 branches, $3 their numbers, $4 kinds, $5 start of the path,
// $6 words, $7 vector, $8 model, $9 names, $10 languages, $11 patterns of the path, $12 tests (null, true, false),
// $13 excluded words, $14 phrases, $15 pattern of the text, $16 symbols, $17 to $20 what `wantedSnapshotsSql` takes,
// $21 how many seconds a pattern may take, $22 counts of the words that are known (-1: not) as of the passage with the ordinal $23,
// $24 the words as a path may have them, $25 to $27 the entries, files and pages that operators let through.
//
// What stands in the scope is asked for from the side of the hit: from a passage to its entries, from these to their files. So a
// question costs what it finds, however large the branch is. `OFFSET 0` keeps the planner from turning that around.
const inScope = (file: string) => `
  ${file}.project_id = $1 AND ${file}.added <= b.number AND (${file}.superseded IS NULL OR ${file}.superseded > b.number)
  AND ($5::bytea IS NULL OR substring(${file}.path from 1 for length($5::bytea)) = $5::bytea)
  AND ($10::text[] IS NULL OR ${file}.language = ANY ($10::text[]))
  AND ($11::text[] IS NULL OR encode(${file}.path, 'escape') ~* ALL ($11::text[]))
  AND ($12::bool IS NULL OR (encode(${file}.path, 'escape') ~ '${TEST_PATH}') = $12::bool)`;

const inForce = `m.superseded_at IS NULL AND ($4::text[] IS NULL OR m.kind::text = ANY ($4::text[]))
  AND ($16::tsquery IS NULL OR m.name_keys @@ $16::tsquery)`;
/** Whether entries without a file are asked for: they have neither a path nor a language. */
const inNoFile = `$5::bytea IS NULL AND $10::text[] IS NULL AND $11::text[] IS NULL AND $12::bool IS DISTINCT FROM true`;
const standsAlone = `m.oid IS NULL AND ${inNoFile}`;
/** A generated page of the searched snapshots. */
const isPage = `d.project_id = $1 AND d.kind = 'GENERATED' AND d.added <= b.number AND (d.superseded IS NULL OR d.superseded > b.number)`;

const pageOf = `
  LEFT JOIN LATERAL (
    SELECT d.id FROM document d JOIN branch b ON b.id = d.branch_id
     WHERE f.id IS NULL AND m.dialect = 'markdown' AND d.oid = m.oid AND ${isPage} AND ${inNoFile} OFFSET 0) d ON true`;

/**
 * The entries of passages at their places inside the scope: one look-up serves what is in files, in generated pages and what
 * stands alone.
 */
const placesOf = (hash: string, pages: boolean) => `
  CROSS JOIN LATERAL (
    SELECT m.id, f.id AS file_id, ${pages ? 'd.id' : 'NULL::uuid'} AS page_id
      FROM memory_entry m
      LEFT JOIN LATERAL (
        SELECT f.id FROM repository_file f JOIN branch b ON b.id = f.branch_id
         WHERE f.oid = m.oid AND f.dialect = m.dialect AND ${inScope('f')} OFFSET 0) f ON true
      ${pages ? pageOf : ''}
     WHERE m.project_id = $1 AND m.hash = ${hash} AND ${inForce} AND (f.id IS NOT NULL ${pages ? 'OR d.id IS NOT NULL' : ''} OR (${standsAlone}))
    OFFSET 0) place`;

// PGlite has no statement timeout, and a timeout of the server's would need a transaction of its own. So each statement looks at the
// clock before each passage and fails by a division by zero; one passage alone cannot take long with the patterns that are let through.
const matchesInTime = `CASE WHEN clock_timestamp() < statement_timestamp() + make_interval(secs => $21::float8)
       THEN p.text ~ $15::text ELSE 1 / (length(p.text) * 0) = 1 END`;
/** The code of the error by which a statement fails whose pattern took too long. */
export const PATTERN_TIMED_OUT = '22012';

/** The conditions on a passage's text: phrases and patterns it must have, words it must not. */
const allowed = `
  ($13::tsquery IS NULL OR NOT p.words @@ $13::tsquery)
  AND ($14::text[] IS NULL OR p.text ILIKE ALL ($14::text[]))
  AND ($15::text IS NULL OR ${matchesInTime})`;

const givenSnapshots = `
  SELECT g.id, g.number, NULL::text AS commit_oid, true AS is_current, r.id AS repository_id, r.name AS repository_name
    FROM unnest($2::uuid[], $3::int4[]) AS g (id, number)
    JOIN branch k ON k.project_id = $1 AND k.id = g.id
    JOIN repository r ON r.project_id = $1 AND r.id = k.repository_id`;

// A parameter that a way of looking does not use has no type unless something names it; this is never read.
const scope = ({ isNamed, pages }: SearchedPlaces) => `
  given AS (SELECT $6::text[] AS words, $7::vector(1536) AS vector, $8::text AS model, $9::text[] AS names, $13::tsquery AS excluded,
                   $14::text[] AS phrases, $15::text AS pattern, $2::uuid[] AS branches, $3::int4[] AS numbers, $17::uuid AS sync,
                   $18::uuid[] AS repositories, $19::text AS branch, $20::text[] AS repository_names, $21::float8 AS pattern_seconds,
                   $22::float8[] AS known_counts, $23::int8 AS known_as_of, $24::text[] AS path_words),
  branch AS MATERIALIZED (${isNamed ? wantedSnapshotsSql(17) : givenSnapshots}),
  few AS MATERIALIZED (
    SELECT f.id, f.oid, f.dialect FROM branch b
     CROSS JOIN LATERAL (SELECT f.id, f.oid, f.dialect FROM repository_file f
                          WHERE f.branch_id = b.id AND ${inScope('f')} LIMIT ${FEW_FILES + 1}) f
     LIMIT ${FEW_FILES + 1}),
  small AS MATERIALIZED (SELECT count(*) <= ${FEW_FILES} AS yes FROM few),
  inside AS MATERIALIZED (
    SELECT m.hash FROM few f
     CROSS JOIN LATERAL (SELECT m.hash FROM memory_entry m
                          WHERE m.project_id = $1 AND m.oid = f.oid AND m.dialect = f.dialect AND ${inForce} OFFSET 0) m
     WHERE (SELECT yes FROM small)
     UNION
    SELECT m.hash FROM memory_entry m WHERE m.project_id = $1 AND ${inForce} AND ${standsAlone} AND (SELECT yes FROM small)
     UNION
    SELECT m.hash FROM branch b
      JOIN document d ON d.branch_id = b.id AND ${isPage}
      JOIN memory_entry m ON m.project_id = $1 AND m.oid = d.oid AND m.dialect = 'markdown' AND ${inForce}
     WHERE ${pages} AND ${inNoFile} AND (SELECT yes FROM small))`;

/**
 * The asked words of a passage with their positions, and nothing of its others: it marks those that are asked for, and keeps what is
 * marked. Passages have some two hundred words, and writing all of them out took longer than finding them.
 */
const askedOf = (words: string) =>
  `ts_filter(setweight(${words}, 'A', (SELECT lexemes FROM asked_words)), '{a}')`;

// BM25 with the text alone: enough to choose candidates by, which are ranked with everything that is known of them afterwards.
const words = (pages: boolean) => `
  newest AS MATERIALIZED (SELECT coalesce((SELECT max(p.ordinal) FROM passage p WHERE p.project_id = $1), 0) AS ordinal),
  asked AS MATERIALIZED (
    SELECT a.ord, a.word::tsquery AS query, a.in_path::tsquery AS in_path, (tsvector_to_array(a.word::tsvector))[1] AS word,
           CASE WHEN a.known >= 0 AND $23::int8 = (SELECT ordinal FROM newest) THEN a.known END AS known
      FROM unnest($6::text[], $22::float8[], $24::text[]) WITH ORDINALITY AS a (word, known, in_path, ord)),
  -- Words are written alike in a query and in a vector.
  asked_words AS MATERIALIZED (SELECT tsvector_to_array(array_to_string($6::text[], ' ')::tsvector) AS lexemes),
  hit AS MATERIALIZED (
    SELECT p.hash, a.ord, p.tokens, ts_rank('{1,1,1,1}', p.said, a.query) AS rank
      FROM inside i
     CROSS JOIN LATERAL (SELECT p.hash, p.tokens, p.words || ''::tsvector AS said
                           FROM passage p WHERE p.project_id = $1 AND p.hash = i.hash OFFSET 0) p
      JOIN asked a ON p.said @@ a.query),
  lowest AS MATERIALIZED (
    SELECT p.hash FROM passage p WHERE p.project_id = $1 AND NOT (SELECT yes FROM small) ORDER BY p.hash LIMIT ${SAMPLE}),
  sample AS MATERIALIZED (
    SELECT w.word, count(*) AS passages FROM lowest s
     CROSS JOIN LATERAL (SELECT ${askedOf('p.words')} AS words FROM passage p WHERE p.project_id = $1 AND p.hash = s.hash OFFSET 0) p
     CROSS JOIN LATERAL unnest(tsvector_to_array(p.words)) AS w (word)
     GROUP BY w.word),
  -- Hashes are even, so how far the first ones reach tells how many there are.
  total AS MATERIALIZED (
    SELECT CASE WHEN (SELECT yes FROM small) THEN (SELECT count(*) FROM inside)::float8
                WHEN count(*) < ${SAMPLE} THEN count(*)::float8
                ELSE count(*) / greatest(1e-9, ('x' || left(replace(max(hash::text), '-', ''), 8))::bit(32)::int8 / 4294967296.0) END AS passages
      FROM lowest),
  weighed AS MATERIALIZED (
    SELECT a.ord, a.query, a.in_path, c.held, ln(1 + (greatest(t.passages - c.held, 0) + 0.5) / (c.held + 0.5)) AS weight,
           sum(c.held) OVER (ORDER BY c.held, a.ord) <= ${LOOKED_AT} OR row_number() OVER (ORDER BY c.held = 0, c.held, a.ord) <= 2 AS leads
      FROM asked a CROSS JOIN total t
     CROSS JOIN LATERAL (
       SELECT CASE WHEN a.known IS NULL
                   THEN coalesce((SELECT s.passages FROM sample s WHERE s.word = a.word), 0) * t.passages / ${SAMPLE} END AS held OFFSET 0) told
     CROSS JOIN LATERAL (
       SELECT CASE WHEN (SELECT yes FROM small) THEN (SELECT count(*) FROM hit h WHERE h.ord = a.ord)::float8
                   WHEN a.known IS NOT NULL THEN a.known
                   WHEN told.held > ${SURELY * COUNTED} THEN told.held
                   ELSE (SELECT CASE WHEN count(*) < ${COUNTED} THEN count(*)::float8 ELSE greatest(${COUNTED}, told.held) END
                           FROM (SELECT FROM passage p WHERE p.project_id = $1 AND p.words @@ a.query LIMIT ${COUNTED}) x) END AS held
       OFFSET 0) c),
  scored AS MATERIALIZED (
    SELECT h.hash, sum(w.weight * h.rank * 2 / (h.rank + 0.7 + h.tokens::float8 * 0.0015::float8)) AS score
      FROM (SELECT hash, ord, tokens, rank FROM hit
             UNION ALL
            SELECT p.hash, w.ord, p.tokens, p.rank FROM weighed w
             CROSS JOIN LATERAL (SELECT p.hash, p.tokens, ts_rank('{1,1,1,1}', p.words, w.query) AS rank
                                   FROM passage p WHERE p.project_id = $1 AND p.words @@ w.query LIMIT 20000) p
             WHERE w.leads AND w.held > 0 AND NOT (SELECT yes FROM small)) h
      JOIN weighed w ON w.ord = h.ord
     GROUP BY h.hash ORDER BY score DESC, h.hash LIMIT ${TRIED}),
  by_words AS (
    SELECT place.id, place.file_id, place.page_id FROM (SELECT * FROM scored ORDER BY score DESC, hash) s ${placesOf('s.hash', pages)} LIMIT ${CANDIDATES.words})`;

const paths = `
  by_path AS (
    SELECT m.id, f.id AS file_id, NULL::uuid AS page_id
      FROM (SELECT f.id, f.oid, f.dialect, f.weight
              FROM (SELECT k.hash, sum(w.weight) AS weight FROM weighed w
                     CROSS JOIN LATERAL (SELECT k.hash FROM known_path k
                                          WHERE k.project_id = $1 AND place_words(k.path) @@ w.in_path LIMIT ${PATHS_OF_WORD} OFFSET 0) k
                     GROUP BY k.hash ORDER BY weight DESC, k.hash LIMIT ${PATHS_LOOKED_UP}) k
             CROSS JOIN LATERAL (SELECT f.id, f.oid, f.dialect, k.weight FROM branch b JOIN repository_file f ON f.branch_id = b.id
                                  WHERE sha256(f.path) = k.hash AND ${inScope('f')} OFFSET 0) f
             ORDER BY f.weight DESC, f.id LIMIT ${FILES_BY_PATH}) f
      JOIN memory_entry m ON m.project_id = $1 AND m.oid = f.oid AND m.dialect = f.dialect AND ${inForce}
     ORDER BY f.weight DESC, f.id, m.ordinal LIMIT ${CANDIDATES.paths})`;

// An exact name before one that begins alike, and code before headings.
const names = (pages: boolean) => `
  by_name AS (
    SELECT place.id, place.file_id, place.page_id
      FROM unnest($9::text[]) WITH ORDINALITY AS n (key, ord)
     CROSS JOIN LATERAL (
       SELECT m.hash, ts_rank('{0.1,0.1,0.1,1}', m.name_keys, n.key::tsquery) AS rank
         FROM memory_entry m
        WHERE m.project_id = $1 AND m.name_keys @@ n.key::tsquery AND m.superseded_at IS NULL
        ORDER BY rank DESC, m.hash LIMIT ${CANDIDATES.names}) named
     ${placesOf('named.hash', pages)} LIMIT ${CANDIDATES.names})`;

// The signs of the numbers are scanned exactly; only the nearest few hundred true vectors are read. Where the scope has most of the
// project, its nearest stand among the first few hundred, which are found much sooner than thousands in order.
//
// Sorting copies each vector's place before it is compared with the nearest so far, which takes longer than the distance itself. So a
// sample tells how near the nearest are about, and only what is within that is sorted. Where it was too strict, all are.
const meaning = (pages: boolean) => `
  -- Read once: a plan for any parameters would work these out again for each row.
  asked_vector AS MATERIALIZED (SELECT $7::vector(1536) AS vector, binary_quantize($7::vector(1536))::bit(1536) AS bits),
  -- Hashes are even, so how far the first ones reach is their share of all.
  reached AS MATERIALIZED (
    SELECT array_agg(e.far ORDER BY e.far) AS far, ('x' || left(replace(max(e.hash::text), '-', ''), 8))::bit(32)::int8 / 4294967296.0 AS share
      FROM (SELECT e.hash, e.bits <~> (SELECT bits FROM asked_vector) AS far
              FROM embedding e WHERE e.project_id = $1 AND e.model = $8 AND NOT (SELECT yes FROM small) ORDER BY e.hash LIMIT ${SAMPLE}) e
    HAVING count(*) = ${SAMPLE}),
  bound AS MATERIALIZED (SELECT far[${SPARE} + ceil(1.5 * ${NEAREST} * share)::int4] AS far FROM reached),
  within_bound AS MATERIALIZED (${nearest(NEAREST, 'AND e.bits <~> (SELECT bits FROM asked_vector) <= (SELECT far FROM bound)')}),
  near AS MATERIALIZED (
    SELECT hash, far FROM within_bound WHERE (SELECT count(*) FROM within_bound) = ${NEAREST}
     UNION ALL
    (${nearest(NEAREST, `AND (SELECT count(*) FROM within_bound) < ${NEAREST}`)})),
  near_places AS MATERIALIZED (
    SELECT place.id, place.file_id, place.page_id FROM (
      SELECT hash FROM near
       UNION ALL
      SELECT hash FROM (
        SELECT e.hash FROM inside i JOIN embedding e ON e.project_id = $1 AND e.model = $8 AND e.hash = i.hash
         ORDER BY e.bits <~> (SELECT bits FROM asked_vector), e.hash LIMIT ${CANDIDATES.meaning}) e
    ) n ${placesOf('n.hash', pages)} LIMIT ${CANDIDATES.meaning}),
  is_short AS MATERIALIZED (
    SELECT (SELECT count(*) FROM near_places) < ${CANDIDATES.meaning} AND (SELECT count(*) FROM near) = ${NEAREST} AS yes),
  further AS MATERIALIZED (${nearest(TRIED, 'AND (SELECT yes FROM is_short)')}),
  by_meaning AS (
    SELECT id, file_id, page_id FROM near_places WHERE NOT (SELECT yes FROM is_short)
     UNION ALL
    (SELECT place.id, place.file_id, place.page_id FROM further n ${placesOf('n.hash', pages)} LIMIT ${CANDIDATES.meaning}))`;

const nearest = (count: number, condition: string) => `
  SELECT e.hash, e.bits <~> (SELECT bits FROM asked_vector) AS far
    FROM embedding e WHERE e.project_id = $1 AND e.model = $8 AND NOT (SELECT yes FROM small) ${condition}
   ORDER BY far, e.hash LIMIT ${count}`;

// A question of operators alone lists what they let through. Its places were found piece by piece; what left the scope since then is
// left out.
const filters = `
  by_filter AS (
    SELECT t.id, t.file_id, t.page_id FROM unnest($25::int8[], $26::int8[], $27::uuid[]) AS t (id, file_id, page_id)
     WHERE t.file_id IS NULL
        OR EXISTS (SELECT FROM repository_file f JOIN branch b ON b.id = f.branch_id WHERE f.id = t.file_id AND ${inScope('f')}))`;

/** The statement that looks at one piece of the passages, by the order of their hashes: $25 the one before it, $26 their number. */
export function filterSql(places: SearchedPlaces): string {
  return `WITH ${scope(places)},
    piece AS MATERIALIZED (
      (SELECT p.hash FROM passage p WHERE p.project_id = $1 AND p.hash > $25::uuid AND NOT (SELECT yes FROM small) ORDER BY p.hash LIMIT $26::int4)
       UNION ALL
      (SELECT i.hash FROM inside i WHERE i.hash > $25::uuid ORDER BY i.hash LIMIT $26::int4)),
    let_through AS MATERIALIZED (
      SELECT place.id, place.file_id, place.page_id
        FROM (SELECT p.hash FROM piece i
               CROSS JOIN LATERAL (SELECT p.hash FROM passage p WHERE p.project_id = $1 AND p.hash = i.hash AND ${allowed} OFFSET 0) p) p
       ${placesOf('p.hash', places.pages)} LIMIT ${CANDIDATES.filters})
    SELECT (SELECT max(hash::text) FROM piece) AS last, (SELECT count(*) FROM piece)::int4 AS passages,
           (SELECT json_agg(json_build_array(id::text, file_id::text, page_id)) FROM let_through) AS places,
           extract(epoch FROM clock_timestamp() - statement_timestamp())::float8 * 1000 AS ms`;
}

/** The ways of looking that a question asks for. */
export interface Ways {
  readonly words: boolean;
  readonly names: boolean;
  readonly meaning: boolean;
  readonly filters: boolean;
}

/** Where the statement looks. */
export interface SearchedPlaces {
  /** Whether the snapshots are given by conditions in place of a list. */
  readonly isNamed: boolean;
  /** Whether generated pages are looked at beside files. */
  readonly pages: boolean;
}

/** The statement that finds candidates, each with what ranking has to know of it, and without its text. It has one row. */
export function candidateSql(ways: Ways, places: SearchedPlaces): string {
  const { pages } = places;
  const lists = [
    ...(ways.words ? ['by_words', 'by_path'] : []),
    ...(ways.names ? ['by_name'] : []),
    ...(ways.meaning ? ['by_meaning'] : []),
    ...(ways.filters ? ['by_filter'] : []),
  ];
  const parts = [
    scope(places),
    ...(ways.words ? [words(pages), paths] : []),
    ...(ways.names ? [names(pages)] : []),
    ...(ways.meaning ? [meaning(pages)] : []),
    ...(ways.filters ? [filters] : []),
  ];
  // What is true of the whole answer, or of all candidates of a snapshot, is sent once.
  const facts = [
    ...lists.map((list) => [list, `(SELECT count(*) FROM ${list})`]),
    [
      'branches',
      "(SELECT json_object_agg(id, json_build_object('commit_oid', commit_oid, 'is_current', is_current, 'repository_id', repository_id, 'repository_name', repository_name)) FROM branch)",
    ],
    ...(ways.words
      ? [
          ['passages', '(SELECT passages FROM total)'],
          ['held', '(SELECT array_agg(held ORDER BY ord) FROM weighed)'],
          // Of a small scope the counts are its own.
          ['newest', '(SELECT ordinal::text FROM newest WHERE NOT (SELECT yes FROM small))'],
        ]
      : []),
  ];
  return `WITH ${parts.join(', ')},
    found AS MATERIALIZED (SELECT DISTINCT id, file_id, page_id FROM (${lists.map((list) => `SELECT id, file_id, page_id FROM ${list}`).join(' UNION ALL ')}) f)
    SELECT json_build_object(${facts.map(([name, value]) => `'${name}', ${value}`).join(', ')}) AS facts, ${candidateLists} FROM (
    SELECT ${candidateColumns}
      FROM found c
     CROSS JOIN LATERAL (SELECT * FROM memory_entry m WHERE m.project_id = $1 AND m.id = c.id OFFSET 0) m
      LEFT JOIN LATERAL (SELECT * FROM repository_file f WHERE f.project_id = $1 AND f.id = c.file_id OFFSET 0) f ON true
      LEFT JOIN LATERAL (SELECT * FROM document d WHERE d.project_id = $1 AND d.id = c.page_id OFFSET 0) d ON true
      LEFT JOIN branch b ON b.id = coalesce(f.branch_id, d.branch_id)
     CROSS JOIN LATERAL (
       SELECT p.tokens, ${ways.words ? `${askedOf('p.words')}::text` : 'NULL::text'} AS words,
              ${ways.meaning ? '(SELECT e.vector <=> (SELECT vector FROM asked_vector) FROM embedding e WHERE e.project_id = $1 AND e.model = $8 AND e.hash = m.hash)' : 'NULL::float8'} AS distance
         FROM (SELECT p.tokens, p.words FROM passage p
                WHERE p.project_id = $1 AND p.hash = m.hash AND ${allowed} OFFSET 0) p) p
     ORDER BY m.id, f.id, d.id) c`;
}

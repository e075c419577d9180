import { createHash } from 'node:crypto';
import { MOST_PLACES, type FoundPattern } from '@project-sync/knowledge';
import type { PatternResult } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import type { PatternsBase } from './patterns-base.ts';

/** The columns of a pattern that say something, in the order of the statements. */
const columns = `detector, detector_version, kind, severity, certainty, title, description, suggestion, subject, hash, places, frequency`;

// $3 detectors, $4 hashes and $5 sayings of what they found now. Only findings that differ are returned: a rule may have hundreds.
const differing = `
  WITH given AS (SELECT * FROM unnest($4::text[], $5::text[]) AS t (hash, saying)),
  old AS (
    SELECT id, hash, first_seen, appeared, md5(concat_ws(E'\\n', detector_version, kind, severity, certainty, title, description,
           suggestion, frequency, places::text)) AS saying
      FROM pattern
     WHERE project_id = $1 AND branch_id = $2 AND superseded IS NULL AND detector = ANY ($3::text[])
  )
  SELECT coalesce(given.hash, old.hash) AS hash, old.id, old.first_seen, old.appeared
    FROM old FULL JOIN given ON given.hash = old.hash
   WHERE old.saying IS DISTINCT FROM given.saying`;
// $4 base branch, $5 base number, $6 detectors that ran, and are not copied, $7 sync
const copied = `
  INSERT INTO pattern (project_id, id, branch_id, sync_id, added, first_seen, appeared, evidence, ${columns})
  SELECT $1, gen_random_uuid(), $2, $7, $3, $3, false, '{}', ${columns} FROM pattern
   WHERE project_id = $1 AND branch_id = $4 AND added <= $5 AND (superseded IS NULL OR superseded > $5)
     AND detector <> ALL ($6::text[])`;
// $4 hashes
const known = `
  SELECT DISTINCT hash FROM pattern
   WHERE project_id = $1 AND branch_id = $2 AND added <= $3 AND (superseded IS NULL OR superseded > $3) AND hash = ANY ($4::text[])`;
const superseded = `
  UPDATE pattern SET superseded = $2, superseded_at = now() WHERE project_id = $1 AND id = ANY ($3::uuid[])`;
const allSuperseded = `
  UPDATE pattern SET superseded = $3, superseded_at = now() WHERE project_id = $1 AND branch_id = $2 AND superseded IS NULL`;
const given = `
  unnest($3::text[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
         $13::text[], $14::int4[])
    AS t (detector, detector_version, kind, severity, certainty, title, description, suggestion, subject, hash, places, frequency)`;
const added = `
  INSERT INTO pattern (project_id, id, branch_id, sync_id, added, first_seen, appeared, evidence, ${columns})
  SELECT $1, gen_random_uuid(), $2, $15, $16, f.first_seen, f.appeared, '{}', t.detector, t.detector_version, t.kind::pattern_kind,
         t.severity::severity, t.certainty, t.title, t.description, t.suggestion, t.subject, t.hash, t.places::jsonb, t.frequency
    FROM ${given}
    JOIN unnest($12::text[], $17::int4[], $18::bool[]) AS f (hash, first_seen, appeared) ON f.hash = t.hash`;

/** The place of a sync that publishes patterns. */
export interface PublishingSync {
  readonly projectId: string;
  readonly branchId: string;
  readonly number: number;
  readonly id: string;
}

interface PatternRow extends FoundPattern {
  readonly detector: string;
  readonly version: number;
  readonly hash: string;
}

/** The identity of a finding, under which people's judgements are kept. */
function patternHash(detector: string, subject: string): string {
  return createHash('sha256').update(detector).update('\0').update(subject).digest('hex').slice(0, 32);
}

/** Gives a snapshot its patterns: rows that say the same stay, and those of detectors that did not run do too. */
export async function publishPatterns(
  sql: Sql,
  sync: PublishingSync,
  { base, results }: { readonly base: PatternsBase | null } & Pick<PatternResult, 'results'>,
): Promise<void> {
  const { projectId, branchId, number } = sync;
  const ran = results.map(({ detector }) => detector.name);
  if (base?.isOwn !== true) {
    await sql.execute(allSuperseded, [projectId, branchId, number]);
    if (base !== null)
      await sql.execute(copied, [projectId, branchId, number, base.branchId, base.number, ran, sync.id]);
  }
  if (ran.length === 0) return;
  const rows = new Map(rowsOf(results).map((row) => [row.hash, row]));
  const changed = await sql.query<ChangedRow>(differing, [
    projectId,
    branchId,
    ran,
    [...rows.keys()],
    [...rows.values()].map(sayingOf),
  ]);
  const ended = changed.flatMap(({ id }) => (id === null ? [] : [id]));
  if (ended.length > 0) await sql.execute(superseded, [projectId, number, ended]);
  const before = new Map(changed.map((row) => [row.hash, row]));
  const fresh = [...rows.values()].filter(({ hash }) => before.has(hash));
  if (fresh.length === 0) return;
  const elsewhere = await knownElsewhere(sql, sync, { base, hashes: fresh.map(({ hash }) => hash) });
  await sql.execute(added, [
    projectId,
    branchId,
    ...columnsOf(fresh),
    sync.id,
    number,
    fresh.map(({ hash }) => before.get(hash)?.first_seen ?? number),
    fresh.map(({ hash }) => before.get(hash)?.appeared ?? !elsewhere.has(hash)),
  ]);
}

/** A finding that was not there before, is not there any more, or says something else. The first has no row of before. */
interface ChangedRow extends Record<string, unknown> {
  readonly hash: string;
  readonly id: string | null;
  readonly first_seen: number | null;
  readonly appeared: boolean | null;
}

/** Findings that a new branch brought along from the one it starts from are not new. */
async function knownElsewhere(
  sql: Sql,
  { projectId }: PublishingSync,
  { base, hashes }: { base: PatternsBase | null; hashes: readonly string[] },
): Promise<Set<string>> {
  if (base === null || base.isOwn) return new Set();
  const rows = await sql.query<{ hash: string }>(known, [projectId, base.branchId, base.number, hashes]);
  return new Set(rows.map(({ hash }) => hash));
}

function rowsOf(results: PatternResult['results']): PatternRow[] {
  const rows = new Map<string, PatternRow>();
  for (const { detector, found } of results)
    for (const pattern of found) {
      const hash = patternHash(detector.name, pattern.subject);
      if (!rows.has(hash))
        rows.set(hash, { ...pattern, detector: detector.name, version: detector.version, hash });
    }
  return [...rows.values()];
}

// PostgreSQL takes neither a NUL nor half of a surrogate pair in a text.
const plain = (text: string): string => text.replaceAll('\0', '').toWellFormed();

function columnsOf(rows: readonly PatternRow[]): unknown[] {
  return [
    rows.map(({ detector }) => detector),
    rows.map(({ version }) => version),
    rows.map(({ kind }) => kind),
    rows.map(({ severity }) => severity),
    rows.map(({ certainty }) => certainty),
    rows.map(({ title }) => plain(title)),
    rows.map(({ description }) => plain(description)),
    rows.map(({ suggestion }) => (suggestion === null ? null : plain(suggestion))),
    rows.map(({ subject }) => plain(subject).slice(0, 4000)),
    rows.map(({ hash }) => hash),
    rows.map(placesOf),
    rows.map(({ places }) => places.length),
  ];
}

/** The hash of all that a finding says, as the database makes it of the columns of a row. */
function sayingOf(row: PatternRow): string {
  const { version, kind, severity, certainty, title, description, suggestion, places } = row;
  const said = [
    version,
    kind,
    severity,
    certainty,
    title,
    description,
    suggestion,
    places.length,
    placesOf(row),
  ];
  const text = said.filter((each) => each !== null).join('\n');
  return createHash('md5').update(plain(text)).digest('hex');
}

/** The first places as JSON, in PostgreSQL's own spacing. */
function placesOf({ places }: FoundPattern): string {
  const listed = places
    .slice(0, MOST_PLACES)
    .map(({ path, startLine, endLine }) => `[${JSON.stringify(path)}, ${startLine}, ${endLine}]`);
  return plain(`[${listed.join(', ')}]`);
}

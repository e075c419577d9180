import type { ConsolidationRules, ConsolidationStart, ToldPassage, ToldSource } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';

/** The paths of recorded decisions; the index of them has the very same condition. */
const isDecision = (file: string) =>
  `${file}.dialect = 'markdown'
   AND encode(substring(${file}.path from 1 for 512), 'escape') ~* '(^|/)(adrs?|decisions?|decision-records?)/[^/]+[.]md$'`;

const inForce = (kind: string, condition: string) => `
  SELECT '${kind} ' || f.oid || ' ' || f.dialect AS source, f.oid, f.dialect,
         min(coalesce(s.committed_at, s.finalized_at)) AS committed_at
    FROM branch b
    JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id AND r.removed_at IS NULL
    JOIN repository_file f ON f.project_id = b.project_id AND f.branch_id = b.id
                          AND f.added <= b.head AND (f.superseded IS NULL OR f.superseded > b.head)
    LEFT JOIN project_sync s ON s.project_id = f.project_id AND s.branch_id = f.branch_id AND s.number = f.added
   WHERE b.project_id = $1 AND b.removed_at IS NULL AND ${condition}
   GROUP BY f.oid, f.dialect`;

// The newest sources are read first, so a budget that is used up leaves out the oldest. A source without a date of its own has
// that of the first commit that brought it, whichever branch was synced first.
/** $1 project, $2 characters of all, $3 characters of one */
const told = `
  placed AS MATERIALIZED (${inForce('letter', `f.dialect LIKE 'letter%'`)} UNION ALL ${inForce('decision', isDecision('f'))}),
  sized AS (
    SELECT p.source, coalesce(min(m.written_at), p.committed_at, 'epoch'::timestamptz) AS written_at, sum(length(t.text))::int4 AS characters
      FROM placed p
      JOIN memory_entry m ON m.project_id = $1 AND m.oid = p.oid AND m.dialect = p.dialect AND m.superseded_at IS NULL
      JOIN passage t ON t.project_id = $1 AND t.hash = m.hash
     GROUP BY p.source, p.committed_at
     UNION ALL
    SELECT 'note ' || m.id, m.created_at, length(t.text)
      FROM memory_entry m JOIN passage t ON t.project_id = $1 AND t.hash = m.hash
     WHERE m.project_id = $1 AND m.oid IS NULL AND m.kind = 'NOTE' AND m.superseded_at IS NULL),
  told AS (
    SELECT *, sum(least(characters, $3::int4)) OVER (ORDER BY written_at DESC, source) <= $2::int4 AS is_read FROM sized)`;

/** $4 version: sources that came, went, or are read otherwise; and those that the budgets bear on */
const differences = `
  WITH ${told}
  SELECT coalesce(t.source, i.source) AS source, coalesce(t.written_at, i.written_at) AS written_at,
         coalesce(t.characters, i.characters) AS characters,
         t.source IS NOT NULL AND (i.source IS NULL OR differs) AS is_added, i.source IS NOT NULL AND (t.source IS NULL OR differs) AS is_gone,
         t.source IS NOT NULL AND NOT t.is_read AS is_left_out, t.is_read AND t.characters > $3 AS is_cut,
         (SELECT consolidation FROM project WHERE id = $1) AS round
    FROM told t
    FULL JOIN (SELECT * FROM insight_source WHERE project_id = $1 AND superseded_at IS NULL) i ON i.source = t.source
   CROSS JOIN LATERAL (SELECT i.version <> $4 OR i.written_at <> t.written_at OR i.is_read <> t.is_read AS differs) d
   WHERE t.source IS NULL OR i.source IS NULL OR differs OR NOT t.is_read OR t.characters > $3
   ORDER BY source`;

interface DifferenceRow extends Record<string, unknown> {
  readonly source: string;
  readonly written_at: Date;
  readonly characters: number;
  readonly is_added: boolean;
  readonly is_gone: boolean;
  readonly is_left_out: boolean;
  readonly is_cut: boolean;
  readonly round: number;
}

/** Compares the sources in force with those that were consolidated. */
export async function readDifferences(
  sql: Sql,
  projectId: string,
  { version, mostCharacters, mostOfSource }: ConsolidationRules,
): Promise<ConsolidationStart> {
  const rows = await sql.query<DifferenceRow>(differences, [
    projectId,
    mostCharacters,
    mostOfSource,
    version,
  ]);
  const those = (which: (row: DifferenceRow) => boolean): ToldSource[] =>
    rows.filter(which).map(({ source, written_at: writtenAt, characters }) => ({
      source,
      writtenAt: writtenAt.toISOString(),
      characters,
    }));
  return {
    round: rows[0]?.round ?? 0,
    added: those((row) => row.is_added),
    gone: rows.filter((row) => row.is_gone).map(({ source }) => source),
    leftOut: those((row) => row.is_left_out),
    cut: those((row) => row.is_cut),
  };
}

/** $2 letters and decisions as sources, their objects and dialects, $5 notes: what they say, in order */
const passages = `
  SELECT g.source, m.id AS entry_id, m.title, coalesce(m.parents, '{}') AS parents, t.text, m.ordinal
    FROM unnest($2::text[], $3::text[], $4::text[]) AS g (source, oid, dialect)
    JOIN memory_entry m ON m.project_id = $1 AND m.oid = g.oid AND m.dialect = g.dialect AND m.superseded_at IS NULL
    JOIN passage t ON t.project_id = $1 AND t.hash = m.hash
   UNION ALL
  SELECT 'note ' || m.id, m.id, m.title, coalesce(m.parents, '{}'), t.text, m.ordinal
    FROM memory_entry m JOIN passage t ON t.project_id = $1 AND t.hash = m.hash
   WHERE m.project_id = $1 AND m.id = ANY ($5::int8[]) AND m.kind = 'NOTE'
   ORDER BY source, ordinal, entry_id`;

interface PassageRow extends Record<string, unknown> {
  readonly source: string;
  readonly entry_id: bigint;
  readonly title: string;
  readonly parents: readonly string[];
  readonly text: string;
}

/** Reads the passages of sources, of each up to the limit. */
export async function readPassages(
  sql: Sql,
  projectId: string,
  { sources, mostOfSource }: { readonly sources: readonly string[]; readonly mostOfSource: number },
): Promise<ToldPassage[]> {
  const contents = sources
    .map((source) => /^(?:letter|decision) (\S+) (.+)$/.exec(source))
    .filter((found) => found !== null);
  const notes = sources.map((source) => /^note (\d+)$/.exec(source)?.[1] ?? '').filter((id) => id !== '');
  const rows = await sql.query<PassageRow>(passages, [
    projectId,
    contents.map(([source]) => source),
    contents.map(([, oid]) => oid ?? ''),
    contents.map(([, , dialect]) => dialect ?? ''),
    notes,
  ]);
  const read = new Map<string, number>();
  return rows.flatMap(({ source, entry_id: entryId, title, parents, text }) => {
    const before = read.get(source) ?? 0;
    read.set(source, before + text.length);
    const left = mostOfSource - before;
    if (left <= 0) return [];
    const isDecision = source.startsWith('decision ');
    return [{ source, entryId, titles: [...parents, title], text: text.slice(0, left), isDecision }];
  });
}

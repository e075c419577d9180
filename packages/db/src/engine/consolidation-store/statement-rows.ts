import type { NewStatement, ToldStatement } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';

const columns = `s.source, s.ordinal, s.entry_id, s.key, s.quote, s.category, s.written_at, s.answers`;
const inForce = `JOIN insight_source o ON o.project_id = s.project_id AND o.source = s.source AND o.superseded_at IS NULL AND o.is_read`;

/** $2 sources */
const ofSources = `
  SELECT ${columns} FROM insight_statement s WHERE s.project_id = $1 AND s.source = ANY ($2::text[]) ORDER BY s.source, s.ordinal`;

/** $2 neighbour keys, $3 keys: every place of the statements found */
const neighbours = `
  WITH near AS MATERIALIZED (
    SELECT s.key FROM insight_statement s WHERE s.project_id = $1 AND s.neighbour_keys && $2::text[]::int8[]
     UNION
    SELECT s.key FROM insight_statement s WHERE s.project_id = $1 AND s.key = ANY ($3::text[])
     UNION
    SELECT s.key FROM insight_statement s WHERE s.project_id = $1 AND s.answers && $3::text[])
  SELECT ${columns} FROM near n JOIN insight_statement s ON s.project_id = $1 AND s.key = n.key ${inForce}
   ORDER BY s.source, s.ordinal`;

const removeOld = 'DELETE FROM insight_statement WHERE project_id = $1 AND source = ANY ($2::text[])';
// An empty list becomes an empty array; the numbers of a list stand between spaces.
const insert = `
  INSERT INTO insight_statement (project_id, source, ordinal, entry_id, key, quote, category, written_at, answers, neighbour_keys)
  SELECT $1, t.source, t.ordinal, t.entry_id, t.key, t.quote, t.category, t.written_at,
         string_to_array(t.answers, ' '), string_to_array(t.neighbour_keys, ' ')::int8[]
    FROM unnest($2::text[], $3::int4[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[], $10::text[])
      AS t (source, ordinal, entry_id, key, quote, category, written_at, answers, neighbour_keys)`;

interface StatementRow extends Record<string, unknown> {
  readonly source: string;
  readonly ordinal: number;
  readonly entry_id: bigint;
  readonly key: string;
  readonly quote: string;
  readonly category: string;
  readonly written_at: Date;
  readonly answers: readonly string[];
}

const statementOf = ({ entry_id: entryId, written_at: writtenAt, ...row }: StatementRow): ToldStatement => ({
  ...row,
  entryId,
  writtenAt: writtenAt.toISOString(),
});

/** The statements of sources, whether or not these are still in force. */
export async function statementsOfSources(
  sql: Sql,
  projectId: string,
  sources: readonly string[],
): Promise<ToldStatement[]> {
  if (sources.length === 0) return [];
  return (await sql.query<StatementRow>(ofSources, [projectId, [...sources]])).map(statementOf);
}

/** Every place of the statements in force that share a neighbour key with others, or are named. */
export async function neighbouringStatements(
  sql: Sql,
  projectId: string,
  { neighbourKeys, keys }: { readonly neighbourKeys: readonly number[]; readonly keys: readonly string[] },
): Promise<ToldStatement[]> {
  const rows = await sql.query<StatementRow>(neighbours, [projectId, neighbourKeys.map(String), [...keys]]);
  return rows.map(statementOf);
}

/** Replaces the statements of sources by those that were just read. */
export async function replaceStatements(
  sql: Sql,
  projectId: string,
  {
    sources,
    statements,
  }: { readonly sources: readonly string[]; readonly statements: readonly NewStatement[] },
): Promise<void> {
  await sql.execute(removeOld, [projectId, [...sources]]);
  if (statements.length === 0) return;
  await sql.execute(insert, [
    projectId,
    statements.map(({ source }) => source),
    statements.map(({ ordinal }) => ordinal),
    statements.map(({ entryId }) => String(entryId)),
    statements.map(({ key }) => key),
    statements.map(({ quote }) => quote),
    statements.map(({ category }) => category),
    statements.map(({ writtenAt }) => writtenAt),
    statements.map(({ answers }) => answers.join(' ')),
    statements.map(({ neighbourKeys }) => neighbourKeys.join(' ')),
  ]);
}

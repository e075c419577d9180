import type { Authority } from '@project-sync/knowledge';
import type { EntryRecord } from './memory-scope.ts';

/** A candidate, as the statement found it. */
export interface CandidateRecord extends EntryRecord {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly names: readonly string[];
  readonly generated: boolean;
  readonly tokens: number;
  /** The asked words in it with their positions, as PostgreSQL writes a tsvector; null where no words are asked for. */
  readonly words: string | null;
  readonly distance: number | null;
  readonly authority: Authority | null;
}

/** The values of a candidate as the statement sends them, in forms that JSON keeps without loss. */
interface CandidateValues {
  readonly id: string;
  readonly file_id: string | null;
  readonly kind: EntryRecord['kind'];
  readonly hash: string;
  readonly title: string;
  readonly symbol: string | null;
  readonly parents: readonly string[];
  readonly names: readonly string[];
  readonly generated: boolean;
  readonly start_line: number | null;
  readonly end_line: number | null;
  /** In hexadecimal. */
  readonly path: string | null;
  readonly language: string | null;
  readonly branch_id: string | null;
  readonly added: number | null;
  readonly superseded: number | null;
  readonly document_id: string | null;
  readonly tokens: number;
  readonly words: string | null;
  /** JSON has no word for what is no number, so that comes as text. */
  readonly distance: number | string | null;
  readonly authority: Authority | null;
}

/** The columns of all candidates, each one list in their order; null where nothing was found. */
export type CandidateColumns = {
  readonly [Column in keyof CandidateValues]: readonly CandidateValues[Column][] | null;
};

/** How binding the document is that a passage belongs to: one that a person wrote, or a file that rules on its branch. */
const authority = `
  CASE WHEN m.document_id IS NOT NULL THEN (SELECT d.authority FROM document d WHERE d.project_id = $1 AND d.id = m.document_id)
       WHEN m.kind = 'DOC' THEN (SELECT min(d.authority) FROM document d
                                  WHERE d.project_id = $1 AND d.oid = m.oid AND d.kind = 'REPOSITORY' AND d.branch_id = f.branch_id
                                    AND d.added <= b.number AND (d.superseded IS NULL OR d.superseded > b.number)) END`;

/** The SQL of each column: `m` is the entry, `f` its file, `d` its page, `b` the branch, `p` the passage. */
const columnSql: Readonly<Record<keyof CandidateValues, string>> = {
  id: 'm.id::text',
  file_id: 'f.id::text',
  kind: 'm.kind',
  hash: 'm.hash',
  title: 'm.title',
  symbol: 'm.symbol',
  parents: 'm.parents',
  names: 'm.names',
  generated: 'm.generated',
  start_line: 'm.start_line',
  end_line: 'm.end_line',
  path: "encode(f.path, 'hex')",
  language: 'f.language',
  branch_id: 'b.id',
  added: 'coalesce(f.added, d.added)',
  superseded: 'coalesce(f.superseded, d.superseded)',
  document_id: 'coalesce(m.document_id, d.id)',
  tokens: 'p.tokens',
  words: 'p.words',
  distance: 'p.distance',
  authority,
};

/** The columns of one candidate. */
export const candidateColumns = Object.entries(columnSql)
  .map(([name, sql]) => `${sql} AS ${name}`)
  .join(', ');

/**
 * All candidates as one row with a list for each column. Some five hundred rows of twenty values are ten thousand values, and each
 * costs the embedded database's thread a message, a copy and a text of its own, which was a fifth of a search.
 */
export const candidateLists = Object.keys(columnSql)
  .map((name) => `json_agg(c.${name}) AS ${name}`)
  .join(', ');

/** Reads the lists. */
export function candidateRecords(columns: CandidateColumns): CandidateRecord[] {
  // All lists have the length of the first.
  const valueOf = <Column extends keyof CandidateValues>(
    column: Column,
    at: number,
  ): CandidateValues[Column] => columns[column]?.[at] as CandidateValues[Column];
  return (columns.id ?? []).map((id, at): CandidateRecord => {
    const [fileId, path, distance] = [valueOf('file_id', at), valueOf('path', at), valueOf('distance', at)];
    return {
      id: BigInt(id),
      file_id: fileId === null ? null : BigInt(fileId),
      document_id: valueOf('document_id', at),
      kind: valueOf('kind', at),
      hash: valueOf('hash', at),
      title: valueOf('title', at),
      content: '',
      path: path === null ? null : Buffer.from(path, 'hex'),
      symbol: valueOf('symbol', at),
      language: valueOf('language', at),
      start_line: valueOf('start_line', at),
      end_line: valueOf('end_line', at),
      branch_id: valueOf('branch_id', at),
      added: valueOf('added', at),
      superseded: valueOf('superseded', at),
      superseded_at: null,
      parents: valueOf('parents', at),
      names: valueOf('names', at),
      generated: valueOf('generated', at),
      tokens: valueOf('tokens', at),
      words: valueOf('words', at),
      distance: distance === null ? null : Number(distance),
      authority: valueOf('authority', at),
    };
  });
}

/**
 * Sums the entries of rows with `oid` and `dialect`. The entries of a content are counted when it is read, so this is
 * one look-up by key for each row. $1 is the project.
 */
export const sumEntries = (rows: string): string => `
  SELECT coalesce(sum(a.entries), 0) FROM (${rows}) f
   CROSS JOIN LATERAL (
     SELECT entries FROM blob_analysis a WHERE a.project_id = $1 AND a.oid = f.oid AND a.dialect = f.dialect LIMIT 1) a`;

import { createHash } from 'node:crypto';
import { declaredLayers, type Authority, type Declared, type NamedPath } from '@project-sync/knowledge';

/** Documents that are read for rules on imports; longer ones are no lists of rules. */
const MOST_DOCUMENTS = 200;
const LONGEST = 65_536;

// $2 repository. Each of the two parts has an index of its own; together they would read all pages of the project.
const inForce = (place: string): string => `
  SELECT id, title, authority, content FROM document
   WHERE project_id = $1 AND kind = 'WRITTEN' AND superseded_at IS NULL AND path ${place} '' AND authority <> 'INFORMATIONAL'
     AND (repository_id IS NULL OR repository_id = $2) AND octet_length(content) <= ${LONGEST}`;
/**
 * The rules that people declared, as the columns `written` and `named` of a row. $2 repository, $3 branch. Every sync reads both, so they
 * are part of one statement.
 */
export const declaredColumns = `
  (SELECT json_agg(json_build_object('title', title, 'authority', authority, 'content', content)
                   ORDER BY authority, title COLLATE "C", id)
     FROM (SELECT * FROM (${inForce('=')} UNION ALL ${inForce('<>')}) AS d
            ORDER BY authority, title COLLATE "C", id LIMIT ${MOST_DOCUMENTS}) AS w) AS written,
  (SELECT json_agg(json_build_object('path', path, 'authority', authority) ORDER BY path COLLATE "C")
     FROM rule_path WHERE project_id = $1 AND branch_id = $3 AND superseded_at IS NULL) AS named`;

/** A row with these columns. */
export interface DeclaredRow extends Record<string, unknown> {
  readonly written: readonly { title: string; authority: Authority; content: string }[] | null;
  readonly named: NamedPath[] | null;
}

/** The rules that bind the imports of a branch, and their hash; null where there are none. */
export function declaredRules(row: DeclaredRow | undefined): {
  readonly declared: Declared;
  readonly hash: string | null;
} {
  const declared = {
    named: row?.named ?? [],
    written: (row?.written ?? [])
      .map(({ title, authority, content }) => ({ title, authority, layers: declaredLayers(content) }))
      .filter(({ layers }) => layers.length > 0),
  };
  const isNothing = declared.named.length + declared.written.length === 0;
  const hash = createHash('sha256').update(JSON.stringify(declared)).digest('hex').slice(0, 32);
  return { declared, hash: isNothing ? null : hash };
}

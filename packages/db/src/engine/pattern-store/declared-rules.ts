import { createHash } from 'node:crypto';
import { declaredLayers, type Authority, type Declared, type NamedPath } from '@project-sync/knowledge';
import type { Sql } from '../../database/database.ts';

/** Documents that are read for rules on imports; longer ones are no lists of rules. */
const MOST_DOCUMENTS = 200;
const LONGEST = 65_536;

// $2 repository. Each of the two parts has an index of its own; together they would read all pages of the project.
const inForce = (place: string): string => `
  SELECT id, title, authority, content FROM document
   WHERE project_id = $1 AND kind = 'WRITTEN' AND superseded_at IS NULL AND path ${place} '' AND authority <> 'INFORMATIONAL'
     AND (repository_id IS NULL OR repository_id = $2) AND octet_length(content) <= ${LONGEST}`;
const written = `
  SELECT title, authority, content FROM (${inForce('=')} UNION ALL ${inForce('<>')}) AS d
   ORDER BY authority, title COLLATE "C", id LIMIT ${MOST_DOCUMENTS}`;

// $2 branch
const named = `
  SELECT path, authority FROM rule_path
   WHERE project_id = $1 AND branch_id = $2 AND superseded_at IS NULL ORDER BY path COLLATE "C"`;

/** The branch whose imports are bound. */
interface BoundBranch {
  readonly projectId: string;
  readonly repositoryId: string;
  readonly branchId: string;
}

/** The rules of a project's people that bind the imports of a branch, and their hash; null where there are none. */
export async function declaredRules(
  sql: Sql,
  { projectId, repositoryId, branchId }: BoundBranch,
): Promise<{ readonly declared: Declared; readonly hash: string | null }> {
  const documents = await sql.query<{ title: string; authority: Authority; content: string }>(written, [
    projectId,
    repositoryId,
  ]);
  const paths = await sql.query<NamedPath & Record<string, unknown>>(named, [projectId, branchId]);
  const declared = {
    named: paths,
    written: documents
      .map(({ title, authority, content }) => ({ title, authority, layers: declaredLayers(content) }))
      .filter(({ layers }) => layers.length > 0),
  };
  const isNothing = paths.length + declared.written.length === 0;
  const hash = createHash('sha256').update(JSON.stringify(declared)).digest('hex').slice(0, 32);
  return { declared, hash: isNothing ? null : hash };
}

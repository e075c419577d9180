import {
  decodeAs,
  nearness,
  redact,
  remembered,
  scopeBinds,
  searchWords,
  type Authority,
} from '@project-sync/knowledge';
import type { Sql } from '../database/database.ts';
import type { SnapshotKey } from '../reads/snapshot-file.ts';

/** A document of a snapshot, without its text. */
export interface ListedDocument {
  readonly id: string;
  readonly kind: 'GENERATED' | 'REPOSITORY' | 'WRITTEN';
  readonly title: string;
  /** Null for a document without a place. */
  readonly path: string | null;
  readonly scope: readonly string[];
  readonly authority: Authority;
}

/** The documents that a task needs: the mandatory ones that bind it, and the others that may serve, best first. */
export interface ChosenDocuments {
  readonly rules: readonly ListedDocument[];
  readonly others: readonly ListedDocument[];
}

/** More documents than this stand in no context. */
const MOST = 12;
/** Overviews of code help an agent less than rules do, and the code stands in the context anyway. */
const MOST_PAGES = 3;

/** The same few documents bind and serve most tasks, so what was masked is remembered for some megabytes of text. */
const masked = remembered((text) => redact(text).text, 4_000_000);
const wordsOf = remembered((text): ReadonlySet<string> => new Set(searchWords(text).split(' ')), 500_000);

/** $2 branch, $3 number, in the order in which they are listed everywhere. JSON is read ten times as fast as an array. */
const listed = `
  SELECT d.id, d.kind, d.title, nullif(d.path, '') AS path, to_json(d.scope) AS scope, d.authority FROM document d
   WHERE d.project_id = $1
     AND CASE WHEN d.kind = 'WRITTEN'
              THEN d.superseded_at IS NULL
                   AND (d.repository_id IS NULL OR d.repository_id = (SELECT repository_id FROM branch WHERE project_id = $1 AND id = $2))
              ELSE d.branch_id = $2 AND d.added <= $3 AND (d.superseded IS NULL OR d.superseded > $3) END
   ORDER BY d.kind, d.path, d.title COLLATE "C", d.id`;

const texts = `
  SELECT d.id, d.content, b.content AS bytes, b.encoding FROM document d
    LEFT JOIN blob b ON b.project_id = d.project_id AND b.oid = d.oid
   WHERE d.project_id = $1 AND d.id = ANY ($2::uuid[])`;

/** The documents that stand at a snapshot. */
export function listDocuments(
  sql: Sql,
  { projectId, branchId, number }: SnapshotKey,
): Promise<ListedDocument[]> {
  return sql.query<ListedDocument & Record<string, unknown>>(listed, [projectId, branchId, number]);
}

/** The texts of documents, with secrets masked. */
export async function documentTexts(
  sql: Sql,
  projectId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.query<{
    id: string;
    content: string | null;
    bytes: Uint8Array | null;
    encoding: string | null;
  }>(texts, [projectId, [...ids]]);
  return new Map(
    rows.map(({ id, content, bytes, encoding }) => {
      const stored = bytes === null || encoding === null ? '' : decodeAs(bytes, encoding);
      return [id, masked(content ?? stored)];
    }),
  );
}

/** Chooses by authority, by the folders that a document speaks for, and by its title. The nearest folder speaks first. */
export function chooseDocuments(
  documents: readonly ListedDocument[],
  { paths, words }: { readonly paths: readonly string[]; readonly words: ReadonlySet<string> },
): ChosenDocuments {
  const binding = documents.filter(({ scope }) => scopeBinds(scope, paths));
  const rules = binding
    .filter(({ authority }) => authority === 'MANDATORY')
    .sort((a, b) => nearness(b.scope, paths) - nearness(a.scope, paths));
  const others = documents
    .filter(({ authority }) => authority !== 'MANDATORY')
    .map((document) => ({ document, score: scoreOf(document, paths, words) }))
    .filter(({ score }) => score > 0)
    // The list has one order, so what scores alike keeps it.
    .sort((a, b) => b.score - a.score)
    .map(({ document }) => document);
  const pages = new Set(others.filter(({ kind }) => kind === 'GENERATED').slice(MOST_PAGES));
  return { rules, others: others.filter((document) => !pages.has(document)).slice(0, MOST) };
}

function scoreOf(
  { kind, title, path, scope, authority }: ListedDocument,
  paths: readonly string[],
  words: ReadonlySet<string>,
): number {
  const named = wordsOf(`${title} ${path ?? ''}`);
  const shared = Math.min(3, [...named].filter((word) => words.has(word)).length);
  const near = nearness(scope, paths);
  // The deeper of two folders that hold the path speaks first.
  const nears = near > 0 ? 2 + near / 10_000 : 0;
  const guides = authority === 'GUIDELINE' && scopeBinds(scope, paths) ? 3 : 0;
  const page = kind === 'GENERATED' && path !== null && paths.some((one) => speaksOf(path, one)) ? 1.5 : 0;
  return nears + guides + page + shared * 0.5;
}

/** Whether a generated page is about the folder that a path lies in: `modules/src/router` is about `src/router/add.ts`. */
function speaksOf(page: string, path: string): boolean {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return folder !== '' && page.endsWith(`/${folder}`);
}

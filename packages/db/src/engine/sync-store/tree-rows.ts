import type { GitTree, KeptTrees } from '@project-sync/sync';
import type { Sql } from '../../database/database.ts';
import { allowRepair, type FencedWrites } from './fenced-writes.ts';
import { hex } from './hex.ts';

/** Trees of one transaction. */
const TREES = 500;

const load = 'SELECT oid, content FROM git_tree WHERE project_id = $1 AND oid = ANY ($2::text[])';

/** $2 oids, $3 contents as hex */
const insert = `
  INSERT INTO git_tree (project_id, oid, content)
  SELECT $1, t.oid, decode(t.content, 'hex') FROM unnest($2::text[], $3::text[]) AS t (oid, content)`;
const save = `${insert} ON CONFLICT DO NOTHING`;
const overwriteDiffering = `${insert}
  ON CONFLICT (project_id, oid) DO UPDATE SET content = excluded.content WHERE git_tree.content <> excluded.content`;
const countDiffering = `
  SELECT count(*) FROM unnest($2::text[], $3::text[]) AS t (oid, content)
    JOIN git_tree g ON g.project_id = $1 AND g.oid = t.oid AND g.content <> decode(t.content, 'hex')`;

/** Returns those of these trees that the project stores. */
export async function loadTrees(
  sql: Sql,
  projectId: string,
  oids: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const rows = await sql.query<{ oid: string; content: Uint8Array }>(load, [projectId, [...oids]]);
  return new Map(rows.map(({ oid, content }) => [oid, content]));
}

/** The stored trees of a sync's project. */
export class TreeRows {
  readonly #writes: FencedWrites;

  constructor(writes: FencedWrites) {
    this.#writes = writes;
  }

  readonly stored: KeptTrees = {
    load: (oids) => loadTrees(this.#writes.database.system, this.#writes.sync.projectId, oids),
  };

  async save(trees: readonly GitTree[], { overwrite }: { readonly overwrite: boolean }): Promise<number> {
    const { sync } = this.#writes;
    let repaired = 0;
    for (let at = 0; at < trees.length; at += TREES) {
      const slice = trees.slice(at, at + TREES);
      const params = [sync.projectId, slice.map(({ oid }) => oid), slice.map(({ content }) => hex(content))];
      repaired += await this.#writes.write(null, async (sql) => {
        const wrong = overwrite ? await allowRepair(sql, sync, { text: countDiffering, params }) : 0;
        await sql.execute(wrong > 0 ? overwriteDiffering : save, params);
        return wrong;
      });
    }
    return repaired;
  }
}

import type { Database } from '../database/database.ts';

/** Does to one kept file what no program of this house may do, under the guard's eyes, for tests of what finds it. */
export async function damageFile(database: Database, path: string): Promise<void> {
  await database.transaction(async (sql) => {
    const [kept] = await sql.query<{ project_id: string }>(
      'SELECT project_id FROM repository_file WHERE path = $1 AND superseded IS NULL',
      [Buffer.from(path)],
    );
    if (kept === undefined) throw new Error(`${path} is not kept.`);
    await sql.query('SELECT project_sync_guard.release($1, $2)', [kept.project_id, 'damaged by a test']);
    await sql.execute(
      `UPDATE repository_file SET oid = 'no such content' WHERE project_id = $1 AND path = $2 AND superseded IS NULL`,
      [kept.project_id, Buffer.from(path)],
    );
  });
}

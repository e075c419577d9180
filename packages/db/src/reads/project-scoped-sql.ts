import type { Row, Sql } from '../database/database.ts';
import { DbError } from '../database/db-error.ts';

/**
 * What a read of one project is handed once the tenant's right to it is known: the system's connection, which row-level
 * security does not slow down, behind a wall that lets through only statements about this project.
 *
 * Under row-level security PostgreSQL uses an index only for operators that cannot leak. The ones on the start of a
 * path, on its hash, on words and on bits are not among them, so a page of a hundred files read the whole branch. The
 * wall keeps by another way what the policy kept: `project_id = $1` stands in the statement and $1 is this project.
 */
export function projectWall(sql: Sql, projectId: string): Sql {
  return {
    ...readsAlone,
    query<R extends Row>(text: string, params: readonly unknown[] = []) {
      if (params[0] !== projectId || !/\bproject_id = \$1(?!\d)/.test(text))
        throw new DbError(
          'OUTSIDE_PROJECT',
          'A read of a project must say project_id = $1, with that project as its first parameter.',
        );
      return sql.query<R>(text, params);
    },
  };
}

const refuse = (): Promise<never> =>
  Promise.reject(
    new DbError('OUTSIDE_PROJECT', 'A read of a project reads. Writes go through the tenant transaction.'),
  );
const readsAlone = { execute: refuse, script: refuse, copyIn: refuse } as const;

/** What a stranger reads through: nothing is there, exactly as in a project that does not exist. */
export const emptyProject: Sql = { ...readsAlone, query: () => Promise.resolve([]) };

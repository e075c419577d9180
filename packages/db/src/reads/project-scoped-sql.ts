import type { QueryOptions, Row, Sql } from '../database/database.ts';
import { DbError } from '../database/db-error.ts';

/**
 * The system's connection, limited to statements about one project: handed to a read after the tenant's right to the
 * project was checked.
 *
 * Under row-level security PostgreSQL uses an index only for leakproof operators. Those on the start of a path, on its
 * hash, on words and on bits are not, so a page of a hundred files would read the whole branch. The check keeps what the
 * policy would: the statement says `project_id = $1`, and $1 is this project.
 */
export function projectScopedSql(sql: Sql, projectId: string): Sql {
  return {
    ...readOnly,
    query<R extends Row>(text: string, params: readonly unknown[] = [], options: QueryOptions = {}) {
      if (params[0] !== projectId || !/\bproject_id = \$1(?!\d)/.test(text))
        throw new DbError(
          'OUTSIDE_PROJECT',
          'A read of a project must say project_id = $1, with that project as its first parameter.',
        );
      return sql.query<R>(text, params, options);
    },
  };
}

const refuse = (): Promise<never> =>
  Promise.reject(
    new DbError('OUTSIDE_PROJECT', 'A read of a project cannot write: use the transaction of the tenant.'),
  );
const readOnly = { execute: refuse, script: refuse, copyIn: refuse } as const;

/** The connection of a stranger: every read finds nothing, exactly as in a project that does not exist. */
export const emptyProject: Sql = { ...readOnly, query: () => Promise.resolve([]) };

import type { Database } from '../database/database.ts';
import { withdrawInvitations } from './end-project-rights.ts';

/** A person as the operator of the instance sees them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly createdAt: Date;
  readonly isOperator: boolean;
  readonly mayCreateProjects: boolean;
  readonly shutOutAt: Date | null;
  readonly projects: number;
}

/** The rights to change; what is left out stays. */
export interface PersonRights {
  readonly isOperator?: boolean | undefined;
  readonly mayCreateProjects?: boolean | undefined;
}

const anotherOperator = `
  EXISTS (SELECT FROM "user" o WHERE o.id <> $1 AND o.is_operator AND o.shut_out_at IS NULL)`;
// Operators are locked first, or two of them could each leave the other as the last.
const lockOperators = 'SELECT FROM "user" WHERE is_operator ORDER BY id FOR UPDATE';

const change = `
  UPDATE "user" SET is_operator = coalesce($2, is_operator), may_create_projects = coalesce($3, may_create_projects)
   WHERE id = $1 AND ($2 IS NOT FALSE OR NOT is_operator OR ${anotherOperator})`;

const shutOut = `
  UPDATE "user" SET shut_out_at = coalesce(shut_out_at, now())
   WHERE id = $1 AND (NOT is_operator OR ${anotherOperator})`;

/** The right of a person on the instance; all false for one who is shut out or unknown. */
export async function rightsOf(
  { system }: Pick<Database, 'system'>,
  userId: string,
): Promise<{ isOperator: boolean; mayCreateProjects: boolean }> {
  const [row] = await system.query<{ operator: boolean; creates: boolean }>(
    `SELECT is_operator AS operator, is_operator OR may_create_projects AS creates
       FROM "user" WHERE id = $1 AND shut_out_at IS NULL`,
    [userId],
  );
  return { isOperator: row?.operator ?? false, mayCreateProjects: row?.creates ?? false };
}

const people = `
  SELECT u.id, u.name, u.email, u.created_at AS "createdAt", u.is_operator AS "isOperator",
         u.may_create_projects AS "mayCreateProjects", u.shut_out_at AS "shutOutAt",
         (SELECT count(*)::int FROM project_member m JOIN project p ON p.id = m.project_id AND p.removed_at IS NULL
           WHERE m.user_id = u.id) AS projects
    FROM "user" u
   WHERE ($1::text IS NULL OR position(lower($1) IN lower(u.name || ' ' || u.email)) > 0)
     AND ($2::text IS NULL OR u.email > $2) AND ($3::text IS NULL OR u.id = $3)
   ORDER BY u.email LIMIT $4`;

/** Lists the people of the instance by e-mail address. */
export function listPeople(
  { system }: Pick<Database, 'system'>,
  wanted: { readonly query?: string | null; readonly after?: string | null; readonly limit: number },
): Promise<Person[]> {
  return system.query<Person & Record<string, unknown>>(people, [
    wanted.query ?? null,
    wanted.after ?? null,
    null,
    wanted.limit,
  ]);
}

/** Counts the people of the instance. */
export async function countPeople(
  { system }: Pick<Database, 'system'>,
  query: string | null,
): Promise<number> {
  const [row] = await system.query<{ total: number }>(
    `SELECT count(*)::int AS total FROM "user" u
      WHERE $1::text IS NULL OR position(lower($1) IN lower(u.name || ' ' || u.email)) > 0`,
    [query],
  );
  return row?.total ?? 0;
}

/** Finds one person; null where there is none. */
export async function findPerson({ system }: Pick<Database, 'system'>, id: string): Promise<Person | null> {
  const [row] = await system.query<Person & Record<string, unknown>>(people, [null, null, id, 1]);
  return row ?? null;
}

/** Changes a person's rights. Returns false for an unknown person, and for the last operator. */
export function changeRights(database: Database, userId: string, rights: PersonRights): Promise<boolean> {
  return database.transaction(async (sql) => {
    await sql.query(lockOperators);
    const { isOperator = null, mayCreateProjects = null } = rights;
    return (await sql.execute(change, [userId, isOperator, mayCreateProjects])) > 0;
  });
}

/**
 * Shuts a person out of the instance: ends their sessions, keys and open invitations in one transaction. Their
 * memberships stay, so that owners still see who wrote what. Returns false for an unknown person, and the last operator.
 */
export function shutPersonOut(database: Database, userId: string): Promise<boolean> {
  return database.transaction(async (sql) => {
    await sql.query(lockOperators);
    if ((await sql.execute(shutOut, [userId])) === 0) return false;
    await sql.execute('DELETE FROM session WHERE user_id = $1', [userId]);
    await sql.execute('UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE owner_id = $1', [
      userId,
    ]);
    await withdrawInvitations(sql, { userId, projectId: null });
    return true;
  });
}

/** Lets a person in again. Their sessions and keys stay ended. Returns false for an unknown person. */
export async function letPersonIn({ system }: Pick<Database, 'system'>, userId: string): Promise<boolean> {
  return (await system.execute('UPDATE "user" SET shut_out_at = NULL WHERE id = $1', [userId])) > 0;
}

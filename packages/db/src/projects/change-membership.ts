import type { Sql } from '../database/database.ts';

/** A user in a project. */
export interface MemberKey {
  readonly projectId: string;
  readonly userId: string;
}

// The writing statement itself checks for another owner. With a separate read, two owners could leave at the same time.
const anotherOwner = `
  EXISTS (SELECT FROM project_member o WHERE o.project_id = $1 AND o.user_id <> $2 AND o.role = 'OWNER')`;

const change = `
  UPDATE project_member m SET role = $3::project_role
   WHERE m.project_id = $1 AND m.user_id = $2 AND ($3 = 'OWNER' OR ${anotherOwner})`;

const remove = `
  DELETE FROM project_member m WHERE m.project_id = $1 AND m.user_id = $2 AND ${anotherOwner}`;

// Owners are locked first: under READ COMMITTED two concurrent statements would each still see the other's row.
const lockOwners = `
  SELECT FROM project_member WHERE project_id = $1 AND role = 'OWNER' ORDER BY user_id FOR UPDATE`;

/** Changes a member's role. Returns false if the user is not a member, or is the last owner. */
export async function changeRole(sql: Sql, member: MemberKey, role: string): Promise<boolean> {
  await sql.query(lockOwners, [member.projectId]);
  return (await sql.execute(change, [member.projectId, member.userId, role])) > 0;
}

/** Removes a member. Returns false if the user is not a member, or is the last owner. */
export async function removeMember(sql: Sql, member: MemberKey): Promise<boolean> {
  await sql.query(lockOwners, [member.projectId]);
  return (await sql.execute(remove, [member.projectId, member.userId])) > 0;
}

import type { Sql } from '../database/database.ts';
import type { MemberKey } from '../projects/change-membership.ts';

/** The syncs that a member is sent mails about. */
export type MailNotices = 'NONE' | 'FAILURES' | 'ALL';

/** Sets the syncs that a member is sent mails about. False for a user who is no member. */
export async function setMailNotices(sql: Sql, member: MemberKey, notices: MailNotices): Promise<boolean> {
  const set =
    'UPDATE project_member SET mail_notices = $3::mail_notices WHERE project_id = $1 AND user_id = $2';
  return (await sql.execute(set, [member.projectId, member.userId, notices])) > 0;
}

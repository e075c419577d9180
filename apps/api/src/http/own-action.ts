import type { AuditedAction } from '@project-sync/db';
import { CLIENT_ADDRESS_HEADER } from '../auth/people.ts';

/** An action of a user in a session of the web app: on their own account, or on what belongs to the instance. */
interface OwnAction {
  readonly userId: string;
  readonly sessionId: string;
  readonly action: string;
  /** The user themselves if left out. */
  readonly subject?: string;
  readonly detail?: AuditedAction['detail'];
}

/** The entry of such an action in the audit log. */
export function ownAction(
  { headers }: Pick<Request, 'headers'>,
  { userId, sessionId, action, subject = userId, detail = {} }: OwnAction,
): AuditedAction {
  return {
    projectId: null,
    actorId: userId,
    action,
    subject,
    detail,
    credential: `session ${sessionId}`,
    address: headers.get(CLIENT_ADDRESS_HEADER),
  };
}

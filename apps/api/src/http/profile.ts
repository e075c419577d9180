import { changeProfile, recordAudit, rightsOf, type Database } from '@project-sync/db';
import type { People } from '../auth/people.ts';
import { notFresh } from './account-passkeys.ts';
import { jsonOf, problemOf, signedOut } from './json-endpoint.ts';
import { ownAction } from './own-action.ts';

const LONGEST_NAME = 100;
const LONGEST_ADDRESS = 320;

/** `POST /api/account/profile`: changes the name of the user, and the address of an operator. */
export async function changeOwnProfile(
  database: Database,
  people: People,
  request: Request,
): Promise<Response> {
  const session = await people.sessionOf(request.headers);
  const user = await people.waysOf(request.headers);
  if (session === null || user === null) return signedOut();
  const { userId, sessionId } = session;
  const { name, email } = profileOf(await jsonOf(request));
  const problem = problemWith(name, email);
  if (problem !== null) return problem;
  if (email !== null && email !== user.email && !user.isFresh) return notFresh();
  if (!(await changeProfile(database, { userId, name, email }))) {
    const { isOperator } = await rightsOf(database, userId);
    return isOperator
      ? problemOf(409, 'EMAIL_TAKEN', 'Another account has that address.')
      : problemOf(403, 'EMAIL_NOT_YOURS_TO_CHANGE', 'Only an operator can change an address here.');
  }
  const detail = { name, ...(email === null ? {} : { email }) };
  await recordAudit(
    database.system,
    ownAction(request, { userId, sessionId, action: 'changeProfile', detail }),
  );
  return new Response(null, { status: 204 });
}

/** The name and the address as they are stored; null for an address that stays. */
function profileOf(sent: Readonly<Record<string, string | undefined>>) {
  return {
    name: (sent['name'] ?? '').replace(/\s+/g, ' ').trim(),
    email: sent['email']?.trim().toLowerCase() ?? null,
  };
}

function problemWith(name: string, email: string | null): Response | null {
  if (name === '' || name.length > LONGEST_NAME || name.includes('\0') || !name.isWellFormed())
    return problemOf(400, 'INVALID_NAME', `A name has 1 to ${LONGEST_NAME} characters.`);
  if (email !== null && (email.length > LONGEST_ADDRESS || !/^[^\s@\0]+@[^\s@\0]+$/.test(email)))
    return problemOf(400, 'INVALID_EMAIL', 'That is not an email address.');
  return null;
}

import { rightsOf, type Database } from '@project-sync/db';
import { isCommonPassword } from '../auth/common-password.ts';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD, type People } from '../auth/people.ts';
import { notFresh } from './account-passkeys.ts';
import { isOneOf, jsonOf, problemOf, signedOut } from './json-endpoint.ts';
import type { SignInBudgets } from './sign-in-budgets.ts';

/** The reasons a password is refused, by better-auth's codes. Any other response means that nothing was changed. */
const refusals = {
  INVALID_PASSWORD: ['WRONG_PASSWORD', 'That is not your current password.'],
  PASSWORD_TOO_SHORT: ['PASSWORD_TOO_SHORT', `A password has at least ${SHORTEST_PASSWORD} characters.`],
  PASSWORD_TOO_LONG: ['PASSWORD_TOO_LONG', 'That password is too long.'],
} as const;

/** `GET /api/account`: how the user of a session can sign in. A user who came by a single-use link has no way yet. */
export async function readAccount(
  database: Pick<Database, 'system'>,
  people: People,
  request: Request,
): Promise<Response> {
  const user = await people.waysOf(request.headers);
  if (user === null) return signedOut();
  const { githubSite } = people;
  const openid = await people.openid();
  return Response.json({
    name: user.name,
    email: user.email,
    hasPassword: user.ways.includes('credential'),
    isOperator: (await rightsOf(database, user.id)).isOperator,
    shortestPassword: SHORTEST_PASSWORD,
    github:
      githubSite === null
        ? null
        : { host: new URL(githubSite).host, origin: githubSite, isConnected: user.ways.includes('github') },
    openid:
      openid === null
        ? null
        : { name: openid.name, origin: openid.origin, isConnected: user.ways.includes('oidc') },
    passkeys: user.passkeys,
  });
}

/** `POST /api/account/password`: sets the user's password, or changes it if the current one is right. */
export async function changePassword(
  people: People,
  budgets: SignInBudgets,
  request: Request,
): Promise<Response> {
  const user = await people.waysOf(request.headers);
  if (user === null) return signedOut();
  // The current password could be guessed here as well. Tries without a session do not count: a stranger could use them up.
  const { retryAfter } = budgets.byEmail.take(`${user.email} with a session`);
  if (retryAfter !== null) {
    const refused = problemOf(429, 'RATE_LIMITED', `Too many tries. Try again in ${retryAfter} s.`);
    refused.headers.set('retry-after', String(retryAfter));
    return refused;
  }
  const hasPassword = user.ways.includes('credential');
  // Who holds an older session could otherwise give themselves a way in that outlives it.
  if (!hasPassword && !user.isFresh) return notFresh();
  const { current, wanted } = await jsonOf(request);
  if (isLongEnough(wanted) && isCommonPassword(wanted, user.email))
    return problemOf(
      400,
      'PASSWORD_TOO_COMMON',
      'That password is one of those that are guessed first. Choose another.',
    );
  const answer = await people.setPassword(request.headers, {
    current: hasPassword ? (current ?? '') : null,
    wanted: wanted ?? '',
  });
  if (answer.ok) {
    const headers = new Headers();
    for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie);
    return new Response(null, { status: 204, headers });
  }
  const reason: unknown = await answer.json().catch(() => null);
  const given: unknown = reason instanceof Object ? Reflect.get(reason, 'code') : null;
  const [code, message] = isOneOf(refusals, given)
    ? refusals[given]
    : ['PASSWORD_NOT_CHANGED', 'The password could not be changed. Sign in again, then try once more.'];
  return problemOf(400, code, message);
}

/** Whether only its words can be wrong with a password: its length is told first. */
function isLongEnough(wanted: string | undefined): wanted is string {
  const length = wanted?.length ?? 0;
  return length >= SHORTEST_PASSWORD && length <= LONGEST_PASSWORD;
}

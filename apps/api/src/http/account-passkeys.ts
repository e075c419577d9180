import { recordAudit, type Database } from '@project-sync/db';
import { z } from 'zod';
import { removePasskey } from '../auth/passkeys.ts';
import type { People } from '../auth/people.ts';
import { problemOf, signedOut } from './json-endpoint.ts';
import { ownAction } from './own-action.ts';

/** The parts that the endpoints of passkeys share. */
export interface PasskeyParts {
  readonly database: Database;
  readonly people: People;
}

const MOST_PASSKEYS = 20;
const LONGEST_NAME = 60;

const made = z.object({
  name: z.string().trim().min(1).max(LONGEST_NAME),
  response: z.record(z.string(), z.unknown()),
});
const named = z.object({ id: z.string().max(100) });

/** `POST /api/account/passkeys/challenge`: what a browser needs to make a passkey. */
export async function challengePasskey(parts: PasskeyParts, request: Request): Promise<Response> {
  const caller = await freshCaller(parts, request);
  if (caller instanceof Response) return caller;
  const held = await parts.database.prisma.passkey.count({ where: { userId: caller.userId } });
  if (held >= MOST_PASSKEYS)
    return problemOf(409, 'TOO_MANY_PASSKEYS', `You have ${held} passkeys, the most that one user may.`);
  return passedOn(await parts.people.passkeyChallenge(request.headers));
}

/** `POST /api/account/passkeys`: stores the passkey that a browser made for the challenge. */
export async function addPasskey(parts: PasskeyParts, request: Request): Promise<Response> {
  const caller = await freshCaller(parts, request);
  if (caller instanceof Response) return caller;
  const { data } = made.safeParse(await request.json().catch(() => null));
  if (data === undefined)
    return problemOf(400, 'INVALID_NAME', `A passkey needs a name of 1 to ${LONGEST_NAME} characters.`);
  const answer = await parts.people.addPasskey(request.headers, data);
  if (!answer.ok)
    return problemOf(400, 'PASSKEY_NOT_ADDED', 'The passkey could not be checked, and was not added.');
  await record(parts, request, { ...caller, action: 'addSignIn', name: data.name });
  return new Response(null, { status: 204 });
}

/** `POST /api/account/passkeys/remove`: the passkey no longer signs its user in. */
export async function dropPasskey(parts: PasskeyParts, request: Request): Promise<Response> {
  const caller = await freshCaller(parts, request);
  if (caller instanceof Response) return caller;
  const { data } = named.safeParse(await request.json().catch(() => null));
  const { userId } = caller;
  const name = data === undefined ? null : await removePasskey(parts.database, { userId, id: data.id });
  if (name === null) return problemOf(404, 'PASSKEY_NOT_FOUND', 'You have no such passkey.');
  await record(parts, request, { ...caller, action: 'removeSignIn', name });
  return new Response(null, { status: 204 });
}

/** The refusal of a session that is too old to change how its user signs in. */
export function notFresh(): Response {
  return problemOf(403, 'SESSION_NOT_FRESH', 'You signed in more than an hour ago. Sign in again first.');
}

interface Caller {
  readonly userId: string;
  readonly sessionId: string;
}

async function freshCaller({ people }: PasskeyParts, request: Request): Promise<Caller | Response> {
  if (!people.hasPasskeys)
    return problemOf(
      404,
      'PASSKEYS_NOT_OFFERED',
      'Browsers offer no passkeys at the address of this server.',
    );
  const session = await people.sessionOf(request.headers);
  if (session === null) return signedOut();
  return session.isFresh ? session : notFresh();
}

function record(
  { database }: PasskeyParts,
  request: Request,
  { name, ...done }: Caller & { readonly action: string; readonly name: string },
): Promise<void> {
  return recordAudit(database.system, ownAction(request, { ...done, detail: { way: 'passkey', name } }));
}

/** The library's answer with its cookie. A refusal of the library is one of the session. */
async function passedOn(answer: Response): Promise<Response> {
  if (!answer.ok) return notFresh();
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return new Response(await answer.text(), { headers });
}

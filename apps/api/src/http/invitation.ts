import {
  acceptInvitation,
  findInvitation,
  recordAudit,
  type Database,
  type OpenInvitation,
} from '@project-sync/db';
import { CLIENT_ADDRESS_HEADER, type People } from '../auth/people.ts';
import { jsonOf, problemOf } from './json-endpoint.ts';

/**
 * `GET /api/invitation?token=…`: what an invitation offers. Reading changes nothing: mail programs open links to preview
 * them, and would use the invitation up before its recipient has seen it.
 */
export async function readInvitation(
  database: Database,
  people: People,
  request: Request,
): Promise<Response> {
  const token = new URL(request.url).searchParams.get('token') ?? '';
  const offer = await findInvitation(database, token);
  if (offer === null) return ended();
  const { project, email, role, personId } = offer;
  if (personId !== null && personId !== (await callerOf(people, request))) return signInFirst(offer);
  return Response.json({ project, email, role });
}

/**
 * `POST /api/invitation` with the token: joins the project, and returns its address. A new user is signed in by
 * that address; a user who has an account already must be signed in to it.
 */
export async function joinByInvitation(
  database: Database,
  people: People,
  request: Request,
): Promise<Response> {
  const token = (await jsonOf(request))['token'] ?? '';
  const offer = await findInvitation(database, token);
  if (offer === null) return ended();
  const taken = await acceptInvitation(database, token, await callerOf(people, request));
  if (taken.kind === 'gone') return ended();
  if (taken.kind === 'other-user') return signInFirst(offer);
  await recordAudit(database.system, {
    projectId: taken.projectId,
    actorId: taken.userId,
    action: 'acceptInvitation',
    subject: taken.userId,
    detail: { email: taken.email, role: taken.role },
    credential: null,
    address: request.headers.get(CLIENT_ADDRESS_HEADER),
  });
  const project = `/p/${taken.slug}`;
  return Response.json({
    location: taken.isNew ? people.verifyPath(await people.signInToken(taken.email), project) : project,
  });
}

async function callerOf(people: People, request: Request): Promise<string | null> {
  return (await people.sessionOf(request.headers))?.userId ?? null;
}

function ended(): Response {
  return problemOf(
    410,
    'INVITATION_ENDED',
    'This invitation was used already, or has expired. Ask for a new one.',
  );
}

function signInFirst({ project, email }: OpenInvitation): Response {
  return Response.json(
    {
      code: 'SIGN_IN_FIRST',
      message: `There is an account with the address ${email} already. Sign in to it, then open the link again.`,
      project,
      email,
    },
    { status: 403 },
  );
}

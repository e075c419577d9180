import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptInvitation, findInvitation, type Database, type OpenInvitation } from '@project-sync/db';
import type { People } from '../auth/people.ts';
import { sendPage, type Page } from './static-page.ts';

const gone: Page = {
  status: 410,
  title: 'This invitation was used or has run out',
  text: 'Ask for a new one.',
};

/** Who opened the link, and by what somebody new is signed in. */
export interface Invited {
  readonly people: People;
  /** The person whose session came with the request. */
  readonly asker: string | null;
}

/**
 * Shows what an invitation offers, and takes it up when asked. Showing changes nothing: mail programs open links to
 * look at them, and would use the invitation up before anybody has read it. It signs in somebody who was nobody here
 * before; whoever has an account signs in to it first.
 */
export async function answerInvitation(
  database: Database,
  { people, asker }: Invited,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token') ?? '';
  const offer = await findInvitation(database, token);
  if (offer === null) return sendPage(response, gone);
  const { project, email, role, personId } = offer;
  if (personId !== null && personId !== asker) return sendPage(response, signInFirst(offer, token));
  if (request.method !== 'POST')
    return sendPage(response, {
      title: `Join ${project}`,
      text: `You are invited as ${role.toLowerCase()}, with the address ${email}.`,
      below: '<form method="post"><button>Join</button></form>',
    });
  const taken = await acceptInvitation(database, token, asker);
  if (taken.kind === 'gone') return sendPage(response, gone);
  if (taken.kind === 'other-user') return sendPage(response, signInFirst(offer, token));
  response
    .writeHead(303, {
      location: taken.isNew ? people.verifyPath(await people.signInToken(taken.email), '/') : '/',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    .end();
}

function signInFirst({ project, email }: OpenInvitation, token: string): Page {
  const next = encodeURIComponent(`/invitation?token=${encodeURIComponent(token)}`);
  return {
    status: 403,
    title: `Join ${project}`,
    text: `There is an account with the address ${email} already. Sign in to it, then open this link again.`,
    below: `<p><a href="/sign-in?next=${next}">Sign in</a></p>`,
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptInvitation, findInvitation, type Database } from '@project-sync/db';
import type { People } from '../auth/people.ts';
import { sendPage, type Page } from './page.ts';

const gone: Page = {
  status: 410,
  title: 'This invitation was used or has run out',
  text: 'Ask for a new one.',
};

/**
 * Shows what an invitation offers, and takes it up when asked. Showing changes nothing: mail programs open links to
 * look at them, and would use the invitation up before anybody has read it.
 */
export async function answerInvitation(
  database: Database,
  people: People,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token') ?? '';
  if (request.method === 'POST') {
    const accepted = await acceptInvitation(database, token);
    if (accepted === null) return sendPage(response, gone);
    response
      .writeHead(303, {
        location: people.verifyPath(await people.signInToken(accepted.email), '/'),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      })
      .end();
    return;
  }
  const offer = await findInvitation(database, token);
  if (offer === null) return sendPage(response, gone);
  sendPage(response, {
    title: `Join ${offer.project}`,
    text: `You are invited as ${offer.role.toLowerCase()}, with the address ${offer.email}.`,
    below: '<form method="post"><button>Join</button></form>',
  });
}

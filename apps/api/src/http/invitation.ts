import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptInvitation, findInvitation, type Database } from '@project-sync/db';
import type { People } from '../auth/people.ts';

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
    if (accepted === null)
      return page(response, 410, 'This invitation was used or has run out', 'Ask for a new one.');
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
  if (offer === null)
    return page(response, 410, 'This invitation was used or has run out', 'Ask for a new one.');
  page(
    response,
    200,
    `Join ${offer.project}`,
    `You are invited as ${offer.role.toLowerCase()}, with the address ${offer.email}.`,
    true,
  );
}

function page(response: ServerResponse, status: number, title: string, text: string, join = false): void {
  const button = join ? '<form method="post"><button>Join</button></form>' : '';
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    // Not `no-referrer`: under it a browser gives a form no origin, and the button below would be refused.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
    .end(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Project Sync</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1.5rem}button{font:inherit;padding:.5rem 1.25rem;border:0;border-radius:.5rem;background:#0b665c;color:#fff}</style>
<h1>${escaped(title)}</h1><p>${escaped(text)}</p>${button}</html>`);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

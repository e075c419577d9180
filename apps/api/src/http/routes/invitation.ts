import { answerInvitation } from '../invitation.ts';
import { headersOf, sendText, type Handler } from '../respond.ts';
import type { Site } from '../site.ts';

/** `/invitation`: shows an invitation, and accepts it by POST. */
export function invitation({ application, people, isOriginAllowed }: Site): Handler {
  return async (request, response) => {
    if (!isOriginAllowed(request.headers.origin)) return sendText(response, 403, 'Open the link itself.');
    const asker = (await people.sessionOf(headersOf(request)))?.userId ?? null;
    return answerInvitation(application.database, { people, asker }, request, response);
  };
}

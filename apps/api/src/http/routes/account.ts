import { answerAccount } from '../account.ts';
import { sendText, type Handler } from '../respond.ts';
import type { Site } from '../site.ts';

/** `/account`: the ways in which a user can sign in. */
export function account({ people, signInBudgets, isOriginAllowed }: Site): Handler {
  return (request, response) =>
    isOriginAllowed(request.headers.origin)
      ? answerAccount(people, signInBudgets, request, response)
      : sendText(response, 403, "Use this server's own page.");
}

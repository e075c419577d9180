import type { Drawer } from '@project-sync/knowledge';
import type { People } from '../auth/people.ts';
import { jsonOf, problemOf, signedOut } from './json-endpoint.ts';

const refusals = {
  UNREADABLE: [422, 'DIAGRAM_UNREADABLE', 'This text is no diagram of a kind that is drawn.'],
  TOO_LARGE: [413, 'DIAGRAM_TOO_LARGE', 'This diagram has too much text.'],
  TOO_SLOW: [422, 'DIAGRAM_TOO_SLOW', 'This diagram takes too long to draw.'],
  BUSY: [503, 'DIAGRAMS_WAIT', 'Too many diagrams are waiting to be drawn. Try again in a moment.'],
} as const;

/**
 * `POST /api/diagram`: draws the Mermaid text of a page. The answer is JSON, so that no address of this server shows a
 * picture that was sent to it as a document of its own.
 */
export async function drawForReader(people: People, drawer: Drawer, request: Request): Promise<Response> {
  if ((await people.sessionOf(request.headers)) === null) return signedOut();
  const drawing = await drawer.draw((await jsonOf(request))['text'] ?? '');
  if (drawing.kind === 'drawn') return Response.json({ svg: drawing.svg });
  const [status, code, message] = refusals[drawing.reason];
  return problemOf(status, code, message);
}

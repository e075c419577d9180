import type { ServerResponse } from 'node:http';

/** A page that stands without the app: an invitation, the ways to sign in. */
export interface Page {
  readonly status?: number;
  readonly title: string;
  readonly text: string;
  /** What stands below, as HTML whose texts were escaped. */
  readonly below?: string;
  /** Where a form may lead, besides to this server. */
  readonly formsLeadTo?: string;
}

/** Sends a page without a script or anything from elsewhere. */
export function sendPage(
  response: ServerResponse,
  { status = 200, title, text, below = '', formsLeadTo = '' }: Page,
): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action ${`'self' ${formsLeadTo}`.trim()}; frame-ancestors 'none'; base-uri 'none'`,
    // Not `no-referrer`: under it a browser gives a form no origin, and its button would be refused.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
    .end(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Project Sync</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1.5rem}form{margin:1.5rem 0}label{display:block;margin:.75rem 0}input{display:block;font:inherit;padding:.4rem .6rem;width:100%;box-sizing:border-box}button{font:inherit;padding:.5rem 1.25rem;border:0;border-radius:.5rem;background:#0b665c;color:#fff}</style>
<h1>${escaped(title)}</h1><p>${escaped(text)}</p>${below}</html>`);
}

/** A text as HTML shows it. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

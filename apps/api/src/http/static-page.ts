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

/** The app's colours and measures; its typefaces are not loaded for a page that stands alone. */
const style = `
:root{color-scheme:light dark;--paper:light-dark(#faf9f6,#14171a);--sheet:light-dark(#fff,#1b1f23);--line:light-dark(#e0dcd2,#2e343a);--strong:light-dark(#8d887c,#68717b);--ink:light-dark(#1d2125,#e7e5df);--soft:light-dark(#575c61,#a4a9ae);--accent:light-dark(#0b665e,#5cc8ba);--on:light-dark(#fff,#0c1f1d)}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:400 15px/1.5 'IBM Plex Sans Variable',system-ui,sans-serif}
main{max-width:26rem;margin:12vh auto 2rem;padding:1.75rem;background:var(--sheet);border:1px solid var(--line);border-radius:10px}
@media (max-width:30rem){main{margin:1rem;padding:1.25rem}}
h1{margin:.25rem 0 .75rem;font-size:1.5rem;font-weight:620;line-height:1.2;letter-spacing:-.015em}
p{margin:.5rem 0;overflow-wrap:anywhere}
.name{margin:0;color:var(--soft);font-weight:560}
form{margin:1.25rem 0 0}
label{display:block;margin:.75rem 0;font-weight:560}
input{display:block;width:100%;margin-top:.25rem;padding:.5rem .65rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--strong);border-radius:6px}
button{font:inherit;font-weight:600;padding:.5rem 1rem;border:1px solid var(--accent);border-radius:6px;background:var(--accent);color:var(--on);cursor:pointer}
button[name=way]{background:none;border-color:var(--strong);color:var(--ink)}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
`;

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
<title>${escaped(title)} · Project Sync</title><style>${style}</style>
<main><p class="name">Project Sync</p><h1>${escaped(title)}</h1><p>${escaped(text)}</p>${below}</main></html>`);
}

/** A text as HTML shows it. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

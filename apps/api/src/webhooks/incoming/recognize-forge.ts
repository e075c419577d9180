import { isSame, signatureOf } from '../sign-body.ts';
import type { Forge } from './read-pushes.ts';

/** The headers of a delivery that say where it comes from. */
export interface ForgeHeaders {
  readonly forge: Forge;
  readonly event: string;
  /** The delivery's own ID, the same when it is sent again; null where the forge gives none. */
  readonly key: string | null;
  /** Proves a body by the secret. */
  readonly proves: (secret: string, body: Uint8Array) => boolean;
}

/** Where each forge writes its event, its delivery's ID and its signature. Gitea also writes GitHub's, so it comes first. */
const known: readonly {
  readonly forge: Forge;
  readonly event: readonly string[];
  readonly key: readonly string[];
  readonly signature: readonly string[];
}[] = [
  {
    forge: 'gitea',
    event: ['x-forgejo-event', 'x-gitea-event'],
    key: ['x-forgejo-delivery', 'x-gitea-delivery'],
    signature: ['x-hub-signature-256', 'x-forgejo-signature', 'x-gitea-signature'],
  },
  {
    forge: 'bitbucket',
    event: ['x-event-key'],
    key: ['x-request-uuid', 'x-request-id'],
    signature: ['x-hub-signature'],
  },
  {
    forge: 'github',
    event: ['x-github-event'],
    key: ['x-github-delivery'],
    signature: ['x-hub-signature-256'],
  },
  { forge: 'generic', event: [], key: ['x-delivery-id'], signature: ['x-hub-signature-256'] },
];

/** Recognizes the forge by its headers. Null without a token or a signature. */
export function recognizeForge(headers: Headers): ForgeHeaders | null {
  const first = (names: readonly string[]) =>
    names.map((name) => headers.get(name)).find((value) => value !== null) ?? null;
  const gitlab = headers.get('x-gitlab-event');
  const token = headers.get('x-gitlab-token');
  if (gitlab !== null)
    return token === null
      ? null
      : {
          forge: 'gitlab',
          event: gitlab,
          key: keyOf(first(['idempotency-key', 'x-gitlab-event-uuid'])),
          // GitLab sends the secret itself. Hashed, two texts of any length are compared in the same time.
          proves: (secret) => isSame(signatureOf(secret, token), signatureOf(secret, secret)),
        };
  const found = known.find(({ forge, event }) => forge === 'generic' || first(event) !== null);
  const signature = found === undefined ? null : first(found.signature);
  if (found === undefined || signature === null) return null;
  const given = `sha256=${signature.replace(/^sha256=/, '')}`;
  return {
    forge: found.forge,
    event: first(found.event) ?? 'push',
    key: keyOf(first(found.key)),
    proves: (secret, body) => isSame(given, signatureOf(secret, body)),
  };
}

function keyOf(text: string | null): string | null {
  return text !== null && /^[\w{}.:-]{1,100}$/.test(text) ? text : null;
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AppSecrets } from './app-secret.ts';

const session = /((?:^|;\s*)(?:__Host-project_sync|project_sync\.session_token)=)([^;]+)/;

/**
 * Returns headers whose session cookie, if an older secret signed it, is signed by the current one: a change of the
 * secret signs no user out. The library checks the current secret alone.
 */
export function renewCookie(headers: Headers, [current, ...older]: AppSecrets): Headers {
  const cookie = headers.get('cookie');
  const found = older.length === 0 || cookie === null ? null : session.exec(cookie);
  if (cookie === null || found === null) return headers;
  const [whole, start = '', value = ''] = found;
  const text = decoded(value);
  const at = text.lastIndexOf('.');
  const [token, signature] = [text.slice(0, at), text.slice(at + 1)];
  if (!older.some((secret) => isSame(signature, signatureOf(token, secret)))) return headers;
  const renewed = new Headers(headers);
  const fresh = encodeURIComponent(`${token}.${signatureOf(token, current)}`);
  renewed.set(
    'cookie',
    cookie.replace(whole, () => `${start}${fresh}`),
  );
  return renewed;
}

function signatureOf(token: string, secret: string): string {
  return createHmac('sha256', secret).update(token).digest('base64');
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The text of a cookie; as it is where its escapes are invalid. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

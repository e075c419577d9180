import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Makes the secret of a webhook: a prefix by which scanners find it, and 32 random bytes. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}

/** The signature of a body as GitHub writes it: `sha256=` and the HMAC in hexadecimal. */
export function signatureOf(secret: string, body: string | Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Compares two texts in a time that does not depend on where they differ. */
export function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

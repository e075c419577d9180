import { addressIsPublic, SyncError } from '@project-sync/sync';

const LONGEST = 2000;

/**
 * Parses the address of a webhook as a user typed it. `allowedHosts` are the operator's: null for any public host. Throws
 * INVALID_URL or HOST_NOT_ALLOWED.
 */
export function parseWebhookAddress(text: string, allowedHosts: readonly string[] | null): URL {
  const trimmed = text.trim();
  // `URL.canParse` accepts a few texts that the constructor refuses.
  const url = trimmed.length > LONGEST ? null : URL.parse(trimmed);
  if (url === null) throw invalid('This is not a web address.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw invalid('The address of a webhook begins with https://.');
  if (url.username !== '' || url.password !== '')
    throw invalid('Leave the credentials out of the address: deliveries are signed.');
  if (url.hash !== '') throw invalid('The address of a webhook has no #.');
  if (isNamed(url, allowedHosts)) return url;
  const host = hostOf(url);
  if (allowedHosts !== null)
    throw new SyncError(
      'HOST_NOT_ALLOWED',
      `Webhooks may not call ${host} here. An operator can allow it in WEBHOOK_ALLOWED_HOSTS.`,
    );
  // What a delivery says of private code may be sent unencrypted only where the operator says so.
  if (url.protocol === 'http:') throw invalid('Use https; http would send everything unencrypted.');
  if (host === 'localhost' || host.endsWith('.localhost') || !addressIsPublic(host)) throw inside();
  return url;
}

/** Resolves the host of an address to what may be called. A name could lead to another host each time it is resolved. */
export async function resolveWebhook(
  url: URL,
  allowedHosts: readonly string[] | null,
  resolve: (host: string) => Promise<readonly string[]>,
): Promise<readonly [string, ...string[]]> {
  const [first, ...others] = await resolve(hostOf(url));
  if (first === undefined) throw new SyncError('SOURCE_UNAVAILABLE', 'The host has no address.');
  const addresses = [first, ...others] as const;
  if (!isNamed(url, allowedHosts) && !addresses.every(addressIsPublic)) throw inside();
  return addresses;
}

/** Whether the operator named the host, with its port or without. */
function isNamed(url: URL, allowedHosts: readonly string[] | null): boolean {
  return (allowedHosts ?? []).some((allowed) => [hostOf(url), url.host].includes(allowed.toLowerCase()));
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function inside(): SyncError {
  return new SyncError(
    'HOST_NOT_ALLOWED',
    'This address lies inside a private network. An operator can allow it in WEBHOOK_ALLOWED_HOSTS.',
  );
}

function invalid(message: string): SyncError {
  return new SyncError('INVALID_URL', message);
}

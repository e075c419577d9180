import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { SyncError } from '../sync-error.ts';

const closed = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // The metadata service of Azure, which is reached by a public address.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  closed.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  closed.addSubnet(network, prefix, 'ipv6');

/**
 * Tests if a literal address is public. Names pass, because they are checked once resolved. Numbers that only some
 * resolvers read as addresses (`0x7f.1`, `2130706433`) do not count as names.
 */
export function addressIsPublic(host: string): boolean {
  const kind = isIP(host);
  if (kind === 0) return !/^(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*\.?$/i.test(host);
  if (kind === 4) return !closed.check(host, 'ipv4');
  // ::ffff:127.0.0.1 is another notation of 127.0.0.1; no public address needs it.
  const canonical = new URL(`http://[${host}]`).hostname.slice(1, -1);
  return !/^::ffff:/i.test(canonical) && !closed.check(canonical, 'ipv6');
}

/** Resolves a host name to its addresses. Injected, so that tests need no name server. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The system's resolver. */
export const systemResolve: Resolve = async (host) =>
  isIP(host) !== 0 ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * Resolves a host once and returns the address to pin: if Git resolved it again, a name server could answer with a
 * public address first and a private one later.
 */
export async function pinAddress(host: string, named: boolean, resolve: Resolve): Promise<string> {
  let addresses: readonly string[];
  try {
    addresses = await resolve(host);
  } catch (cause) {
    throw new SyncError('SOURCE_UNAVAILABLE', `The host ${host} could not be resolved. Check the address.`, {
      retryable: true,
      cause,
    });
  }
  const address = addresses[0];
  if (address === undefined) {
    throw new SyncError('SOURCE_UNAVAILABLE', `The host ${host} has no address.`, { retryable: true });
  }
  if (!named && !addresses.every(addressIsPublic)) {
    throw new SyncError(
      'HOST_NOT_ALLOWED',
      'This name resolves to a private network. An operator can allow it in GIT_ALLOWED_HOSTS.',
    );
  }
  return isIPv6(address) ? `[${address}]` : address;
}

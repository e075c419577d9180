import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Names for groups of addresses, for the usual places of a proxy. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Returns the address of the client of a request. */
export type AddressOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

/** Whether a text is an address, a network such as 10.0.0.0/8, or the name of a group. */
export function isProxy(text: string): boolean {
  return Object.hasOwn(named, text) || networkOf(text) !== null;
}

/**
 * Finds the client behind the proxies that are trusted. Each proxy appends the address it was asked from, so the header is
 * read from its end, and no further than the first address that is no trusted proxy: what stands before it was written by
 * that client, who may write anything.
 */
export function clientAddress(proxies: readonly string[]): AddressOf {
  const trusted = new BlockList();
  for (const proxy of proxies.flatMap((text) => named[text] ?? [text])) {
    const network = networkOf(proxy);
    if (network !== null) trusted.addSubnet(network.address, network.prefix, network.family);
  }
  const isTrusted = (address: string): boolean => {
    const kind = isIP(address);
    return kind !== 0 && trusted.check(address, kind === 4 ? 'ipv4' : 'ipv6');
  };
  return ({ headers, socket }) => {
    const forwarded = headers['x-forwarded-for'];
    const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',');
    let address = plain(socket.remoteAddress ?? '');
    while (isTrusted(address)) {
      const before = plain(hops.pop()?.trim() ?? '');
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  };
}

/**
 * The part of an address that one client has alone: budgets count by it. A client with an IPv6 address has the 2⁶⁴
 * of its network, and would get a budget with each.
 */
export function networkOfClient(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const partsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const first = partsOf(head);
  const last = partsOf(tail ?? '');
  const between = Array.from({ length: Math.max(8 - first.length - last.length, 0) }, () => '0');
  const network = [...first, ...between, ...last].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** An IPv4 address as IPv6 sockets report it, in its own form. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function networkOf(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | null {
  const [address = '', bits, ...rest] = text.split('/');
  const kind = isIP(address);
  const most = kind === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  const isValid = kind !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits ?? '0') && prefix <= most;
  return isValid ? { address, prefix, family: kind === 4 ? 'ipv4' : 'ipv6' } : null;
}

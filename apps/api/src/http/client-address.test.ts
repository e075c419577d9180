import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { clientAddress, isProxy, networkOfClient } from './client-address.ts';

const asked = (remoteAddress: string, forwarded?: string) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress } as Socket,
});

test.each([
  ['without trusted proxies the header says nothing', [], '10.0.0.1', '8.8.8.8', '10.0.0.1'],
  ['behind a trusted proxy the client is the last address', ['10.0.0.1'], '10.0.0.1', '8.8.8.8', '8.8.8.8'],
  [
    'an address that the client wrote is not believed',
    ['10.0.0.1'],
    '10.0.0.1',
    '1.1.1.1, 8.8.8.8',
    '8.8.8.8',
  ],
  ['several proxies are passed', ['10.0.0.0/8'], '10.0.0.1', '8.8.8.8, 10.2.0.1', '8.8.8.8'],
  ['a client that is no proxy writes a header in vain', ['10.0.0.1'], '9.9.9.9', '8.8.8.8', '9.9.9.9'],
  ['an IPv4 address of an IPv6 socket is the same', ['loopback'], '::ffff:127.0.0.1', '8.8.8.8', '8.8.8.8'],
  ['nonsense in the header ends at the proxy', ['loopback'], '127.0.0.1', 'unknown', '127.0.0.1'],
  ['IPv6 is read too', ['private'], 'fd00::1', '2001:db8::7', '2001:db8::7'],
] as const)('%s', (...[, proxies, remote, forwarded, client]) => {
  expect(clientAddress(proxies)(asked(remote, forwarded))).toBe(client);
});

test('a proxy is an address, a network or the name of a group', () => {
  const given = ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', 'loopback', 'private'];
  expect(given.filter(isProxy)).toEqual(given);
  expect(['10.0.0.0/33', 'proxy', '10.0.0', '', '::/129', '1.1.1.1/', '1.1.1.1/8/8'].filter(isProxy)).toEqual(
    [],
  );
});

test('an IPv6 client is its network, whichever of its addresses it uses', () => {
  expect(['2001:db8:0:1::5', '2001:db8::1:a:b:c:d', '2001:0db8:0:1:9:9:9:9'].map(networkOfClient)).toEqual(
    Array.from({ length: 3 }, () => '2001:db8:0:1::/64'),
  );
  expect(['::1', 'fe80::1%eth0', '192.0.2.1', ''].map(networkOfClient)).toEqual([
    '0:0:0:0::/64',
    'fe80:0:0:0::/64',
    '192.0.2.1',
    '',
  ]);
});

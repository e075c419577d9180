import { expect, test } from 'vitest';
import { StreamPlaces } from './stream-places.ts';

test('places are counted by user across addresses, and by address across users', () => {
  const places = new StreamPlaces({ perUser: 2, perAddress: 3 });
  const first = places.openStream('a', '192.0.2.1');
  expect(places.openStream('a', '192.0.2.2')).not.toBe(null);
  expect(places.openStream('a', '192.0.2.3')).toBe(null);
  expect(places.openStream('b', '192.0.2.1')).not.toBe(null);
  expect(places.openStream('c', '192.0.2.1')).not.toBe(null);
  expect(places.openStream('d', '192.0.2.1')).toBe(null);
  first?.();
  first?.();
  expect(places.openStream('a', '192.0.2.1')).not.toBe(null);
  expect(places.openStream('a', '192.0.2.4')).toBe(null);
});

test('places of one IPv6 network are those of one client', () => {
  const places = new StreamPlaces({ perUser: 9, perAddress: 1 });
  expect(places.openStream('a', '2001:db8:1:2::5')).not.toBe(null);
  expect(places.openStream('b', '2001:db8:1:2:ffff:1:2:3')).toBe(null);
  expect(places.openStream('c', '2001:db8:1:3::5')).not.toBe(null);
});

test('places of sockets that prove nothing are a part of those of their address', () => {
  const places = new StreamPlaces({ perUser: 9, perAddress: 8 });
  const silent = [1, 2].map(() => places.openSocket('192.0.2.1'));
  expect(places.openSocket('192.0.2.1')).toBe(null);
  expect(silent[0]?.admit('a')).toBe(true);
  const third = places.openSocket('192.0.2.1');
  expect(third).not.toBe(null);
  third?.release();
  expect(places.openSocket('192.0.2.1')).not.toBe(null);
});

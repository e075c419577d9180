import { expect, test } from 'vitest';
import { costOf, money } from './token-cost.ts';

test('tokens cost their share of a million', () => {
  expect(costOf(250_000, { perMillion: 0.02, currency: 'USD' })).toBeCloseTo(0.005);
  expect(costOf(0, { perMillion: 3, currency: 'USD' })).toBe(0);
});

test('a small amount keeps the parts of a cent', () => {
  expect(money(0.005, 'USD')).toBe('$0.005');
  expect(money(0, 'EUR')).toBe('€0.00');
  expect(money(12.3456, 'USD')).toBe('$12.35');
});

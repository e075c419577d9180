import { expect, test } from 'vitest';
import { RequestBudget } from './request-budget.ts';

test('a budget runs out, reports the time to wait, and refills', () => {
  const budget = new RequestBudget(2, 0.5);
  expect(budget.take('a', 0)).toEqual({ left: 1, retryAfter: null });
  expect(budget.take('a', 0)).toEqual({ left: 0, retryAfter: null });
  expect(budget.take('a', 0)).toEqual({ left: 0, retryAfter: 2 });
  expect(budget.take('b', 0)).toEqual({ left: 1, retryAfter: null });
  expect(budget.take('a', 2000)).toEqual({ left: 0, retryAfter: null });
});

test('work is charged up to a debt of one whole budget, and says when that is reached', () => {
  const budget = new RequestBudget(10, 1);
  expect(budget.charge('a', 15, 0)).toBe(true);
  expect(budget.take('a', 0).retryAfter).toBe(6);
  expect(budget.charge('a', 100, 0)).toBe(false);
  expect(budget.take('a', 0).retryAfter).toBe(11);
});

test('reading the state takes nothing', () => {
  const budget = new RequestBudget(10, 2);
  budget.take('a', 0);
  const state = { limit: 10, remaining: 9, resetAt: new Date(500) };
  expect(budget.look('a', 0)).toEqual(state);
  expect(budget.look('a', 0)).toEqual(state);
  expect(budget.look('a', 500)).toEqual({ limit: 10, remaining: 10, resetAt: new Date(500) });
});

test('a flood of addresses drops the oldest bucket, not an active one', () => {
  const budget = new RequestBudget(1, 1);
  expect(budget.take('busy', 0).retryAfter).toBe(null);
  for (let index = 0; index < 20_000; index += 1) {
    budget.take(`address ${index}`, 0);
    if (index % 1000 === 0) expect(budget.take('busy', 0).retryAfter).toBe(1);
  }
  expect(budget.look('address 0', 0).remaining).toBe(1);
});

test('a key has one budget from every address, and is not stored in plain text', () => {
  const budget = new RequestBudget(1, 1);
  const key = `Bearer psk_${'a'.repeat(46)}`;
  budget.know(key);
  expect(budget.callerOf(key, '10.0.0.1')).toBe(budget.callerOf(key, '10.0.0.2'));
  expect(budget.callerOf(key, undefined)).not.toContain('psk_');
  expect(budget.callerOf(null, '10.0.0.1')).not.toBe(budget.callerOf(null, '10.0.0.2'));
});

test('an unknown key uses the budget of its address', () => {
  const budget = new RequestBudget(1, 1);
  expect(budget.callerOf('Bearer a', '10.0.0.1')).toBe(budget.callerOf('Bearer b', '10.0.0.1'));
  for (let index = 0; index < 20_000; index += 1) budget.know(`Bearer ${index}`);
  expect(budget.callerOf('Bearer 0', '10.0.0.1')).toBe(budget.callerOf(null, '10.0.0.1'));
  expect(budget.callerOf('Bearer 19999', '10.0.0.1')).toBe(budget.callerOf('Bearer 19999', '10.0.0.2'));
});

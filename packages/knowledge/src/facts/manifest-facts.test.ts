import { expect, test } from 'vitest';
import { manifestFacts } from './manifest-facts.ts';

const packageOf = (text: string) => manifestFacts(text)?.packageName ?? null;

test.each([
  ['{ "name": "kit", "version": "1.0.0" }', 'npm:kit'],
  ['\ufeff{ "name": "@harbour/kit", "private": true }', 'npm:@harbour/kit'],
  ['{ "name": "__proto__", "type": "module" }', 'npm:__proto__'],
])('%s declares a package', (text, name) => {
  expect(packageOf(text)).toBe(name);
});

test.each([
  ['data with a name', '{ "name": "kit", "price": 3 }'],
  ['a name that is none', '{ "name": "a b", "version": "1.0.0" }'],
  ['a name of another type', '{ "name": ["kit"], "version": "1.0.0" }'],
  ['no object', '["name"]'],
  ['a broken manifest', '{ "name": "kit", "version": '],
  ['no name', '{ "version": "1.0.0" }'],
])('%s declares none', (_what, text) => {
  expect(packageOf(text)).toBeNull();
});

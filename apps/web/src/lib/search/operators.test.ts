import { expect, test } from 'vitest';
import { completionsOf, OPERATORS } from './operators.ts';

const known = {
  languages: ['python', 'typescript'],
  repositories: ['hono', 'two words'],
  folders: ['src', 'src/jsx'],
};
const queries = (query: string) => completionsOf(query, known).map((one) => one.query);

test('an empty word offers every operator', () => {
  expect(completionsOf('tide ', known)).toHaveLength(OPERATORS.length);
});

test('the beginning of an operator is completed in its place', () => {
  expect(queries('tide la')).toEqual(['tide lang:']);
  expect(queries('createQueue')).toEqual([]);
});

test('an operator is completed by the values that the shown hits have', () => {
  expect(queries('lang:py')).toEqual(['lang:python ']);
  expect(queries('a path:jsx')).toEqual(['a path:src/jsx ']);
  expect(queries('repo:')).toEqual(['repo:hono ']);
  expect(queries('lang:python')).toEqual([]);
});

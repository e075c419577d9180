import { expect, test } from 'vitest';
import { graphiqlAddress } from './graphiql-address.ts';

test('the address of GraphiQL holds a query and its variables whole, behind the hash', () => {
  const text = 'query Search($query: String!) {\n  search(query: $query) { a & b # + 100% } }';
  const variables = { query: 'a & b + "c" #', first: 3, after: null };
  const address = new URL(graphiqlAddress({ text, variables }), 'http://localhost');
  expect(address.pathname + address.search).toBe('/graphql');
  const asked = new URLSearchParams(address.hash.slice(1));
  expect(asked.get('query')).toBe(`${text}\n`);
  expect(JSON.parse(asked.get('variables') ?? '')).toEqual(variables);
});

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { unannounced } from './breaking-changes.ts';
import { schema } from '../schema/schema.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const changelog = at('../../../../docs/schema-changelog.md');

// The baseline is a file and not a commit, so that a checkout without history can be held to it as well. A release moves
// it: `node apps/api/src/print-schema.ts --release`.
test('nothing that the last release offered is gone without having been announced', () => {
  const baseline = buildSchema(readFileSync(at('../../schema-baseline.graphql'), 'utf8'));
  const told = existsSync(changelog) ? readFileSync(changelog, 'utf8') : '';
  expect(unannounced(baseline, schema, told)).toEqual([]);
});

const before = buildSchema(
  'type Query { ship(name: String): Ship } type Ship { name: String! berth: Int! tons: Int! }',
);
const cases: Record<string, [after: string, messages: string[]]> = {
  'a field that is gone': [
    'type Query { ship(name: String): Ship } type Ship { name: String! tons: Int! }',
    ['Field Ship.berth was removed.'],
  ],
  'an argument that is needed from now on': [
    'type Query { ship(name: String, port: ID!): Ship } type Ship { name: String! berth: Int! tons: Int! }',
    ['A required argument Query.ship(port:) was added.'],
  ],
  'a field that may be null from now on': [
    'type Query { ship(name: String): Ship } type Ship { name: String! berth: Int tons: Int! }',
    ['Field Ship.berth changed type from Int! to Int.'],
  ],
  'additions, which break no client': [
    'type Query { ship(name: String, port: ID): Ship ships: [Ship!]! } type Ship { name: String! berth: Int! tons: Int! flag: String }',
    [],
  ],
};
test.each(Object.entries(cases))('%s', (_name, [after, messages]) => {
  const current = buildSchema(after);
  expect(unannounced(before, current, '')).toEqual(messages);
  const announcement = messages.map((message) => `- BREAKING: ${message}\n`).join('');
  expect(unannounced(before, current, `# Changes\n\n${announcement}`)).toEqual([]);
});

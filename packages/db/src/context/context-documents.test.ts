import { expect, test } from 'vitest';
import { chooseDocuments, type ListedDocument } from './context-documents.ts';

const document = (path: string, given: Partial<ListedDocument> = {}): ListedDocument => ({
  id: path,
  kind: 'REPOSITORY',
  title: path,
  path,
  scope: [],
  authority: 'GUIDELINE',
  ...given,
});
const page = (path: string) => document(path, { kind: 'GENERATED', authority: 'INFORMATIONAL' });
const choose = (
  documents: readonly ListedDocument[],
  paths: readonly string[],
  words: readonly string[] = [],
) => {
  const { rules, others } = chooseDocuments(documents, { paths, words: new Set(words) });
  return { rules: rules.map(({ id }) => id), others: others.map(({ id }) => id) };
};

test('mandatory documents that bind the paths are rules, the nearest folder first', () => {
  const mandatory = { authority: 'MANDATORY' } as const;
  const documents = [
    document('AGENTS.md', mandatory),
    document('src/AGENTS.md', { ...mandatory, scope: ['src'] }),
    document('src/db/AGENTS.md', { ...mandatory, scope: ['src/db'] }),
    document('docs/AGENTS.md', { ...mandatory, scope: ['docs'] }),
  ];
  expect(choose(documents, ['src/db/a.ts'])).toEqual({
    rules: ['src/db/AGENTS.md', 'src/AGENTS.md', 'AGENTS.md'],
    others: [],
  });
});

test('guidelines come before generated pages, of which three stand at most', () => {
  const pages = ['modules/src/db', 'api/src/db', 'queue', 'queue/lease', 'overview'].map(page);
  const { others } = choose([...pages, document('AGENTS.md')], ['src/db/a.ts'], ['queue', 'leas']);
  expect(others[0]).toBe('AGENTS.md');
  expect(others.slice(1)).toEqual(['modules/src/db', 'api/src/db', 'queue/lease']);
});

test('what neither binds nor is named stays out', () => {
  const far = document('web/AGENTS.md', { scope: ['web'], title: 'Colours' });
  expect(choose([far, page('modules/web')], ['src/a.ts'], ['queue'])).toEqual({ rules: [], others: [] });
});

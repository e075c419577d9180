import { expect, test } from 'vitest';
import { patternsOf } from '../../testing/patterns-of.ts';
import { duplicatedPassage } from './duplicated-passage.ts';

const long = (name: string) =>
  `export function ${name}(given: number): number {\n${Array.from({ length: 14 }, (_, at) => `  given += step${at}(given, ${at});`).join('\n')}\n  return given;\n}\n`;
const short = 'export function small() {\n  return 1;\n}\n';

test('finds a function that stands in two files, with both places', async () => {
  const [found] = await patternsOf(duplicatedPassage, { 'a.ts': long('copy'), 'b.ts': long('copy') });
  expect(found?.title).toBe('18 lines stand in 2 files, word for word');
  expect(found?.places.map(({ path }) => path)).toEqual(['a.ts', 'b.ts']);
});

test('says nothing of different or short functions, of tests, nor of templates to begin a project from', async () => {
  const files = { 'a.ts': long('one'), 'b.ts': long('two'), 'c.ts': short, 'd.ts': short };
  expect(await patternsOf(duplicatedPassage, files)).toEqual([]);
  const tests = { 'a.test.ts': long('copy'), 'b.test.ts': long('copy') };
  expect(await patternsOf(duplicatedPassage, tests)).toEqual([]);
  const templates = { 'pack/template-a/src/x.ts': long('copy'), 'pack/template-b/src/x.ts': long('copy') };
  expect(await patternsOf(duplicatedPassage, templates)).toEqual([]);
});

test('says nothing of a licence and imports that stand above different code', async () => {
  const head = `<?php\n/*\n${' * Words of a licence.\n'.repeat(9)} */\nnamespace App;\nuse App\\Other;\n\n`;
  const text = (name: string) =>
    `${head}class ${name} {\n${`    public function ${name}Go() {\n        return $this->${name}Part;\n    }\n`.repeat(6)}}\n`;
  expect(await patternsOf(duplicatedPassage, { 'a.php': text('One'), 'b.php': text('Two') })).toEqual([]);
});

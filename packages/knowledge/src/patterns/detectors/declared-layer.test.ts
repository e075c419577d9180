import { describe, expect, test } from 'vitest';
import { digestsOf, foundIn, patternsOf, titlesOf } from '../../testing/patterns-of.ts';
import { declaredLayers } from '../declared-layers.ts';
import { digestedSnapshot } from '../find-patterns.ts';
import { declaredLayer } from './declared-layer.ts';

const code = {
  'src/core/a.ts':
    "import { paint } from '../ui/paint';\nimport pad from 'left-pad';\nexport const a = [paint, pad];\n",
  'src/ui/paint.ts': "import { a } from '../core/a';\nexport const paint = () => a;\n",
};

describe('a rule is read', () => {
  test.each([
    ['in its plain form', '`a` must not import `b`.', ['a b 1']],
    ['over the end of a line', 'Rules:\n\n- `a` must never\n  import `b`.', ['a b 3']],
    [
      'for several modules',
      '`a` and `b` may not import from `c`, `d/` or `./e`.',
      ['a c', 'a d', 'a e', 'b c', 'b d', 'b e'],
    ],
  ])('%s', (_, text, expected) => {
    const found = declaredLayers(text).map(({ from, to, line }) =>
      expected[0]?.split(' ').length === 3 ? `${from} ${to} ${line}` : `${from} ${to}`,
    );
    expect(found).toEqual(expected);
  });

  test.each([
    ['with an exception', '`a` must not import `b` unless it is a test.'],
    ['that is an example', '```\n`a` must not import `b`.\n```'],
    ['of names without code style', 'a must not import b.'],
    ['that allows', '`a` must import `b`.'],
    ['that is a megabyte', `${'word '.repeat(200_000)}\`a\` must not import \`b\`.`],
  ])('and not one %s', (_, text) => {
    expect(declaredLayers(text)).toEqual([]);
  });

  test('in time that follows the length of the text', () => {
    const started = performance.now();
    declaredLayers(`${'`a`, '.repeat(15_000)}must not import`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('a declared layer', () => {
  test('that an import crosses is found with the import and the rule', async () => {
    const found = await patternsOf(declaredLayer, {
      ...code,
      'AGENTS.md': '# Rules\n\n`src/core` must not import `src/ui`.\n',
    });
    expect(found).toMatchObject([
      {
        title: 'src/core imports src/ui, which AGENTS.md forbids',
        severity: 'MEDIUM',
        certainty: 'PROVEN',
        places: [
          { path: 'src/core/a.ts', startLine: 1 },
          { path: 'AGENTS.md', startLine: 3 },
        ],
      },
    ]);
  });

  test.each([
    [
      'a package',
      { 'AGENTS.md': '`src/core` must not import `left-pad`.' },
      'src/core imports left-pad, which AGENTS.md forbids',
    ],
    [
      'a file beside its document',
      { 'src/AGENTS.md': '`core` must not import `ui/paint.ts`.' },
      'src/core imports src/ui/paint.ts, which src/AGENTS.md forbids',
    ],
    [
      'all around the folder',
      { 'AGENTS.md': '`src` must not import `src/ui`.' },
      'src imports src/ui, which AGENTS.md forbids',
    ],
  ])('may be about %s', async (_, rules: Record<string, string>, title) => {
    expect(await titlesOf(declaredLayer, { ...code, ...rules })).toEqual([title]);
  });

  test.each([
    ['the imports keep', 'AGENTS.md', '`src/ui` must not import `left-pad`.'],
    ['names nothing that is there', 'AGENTS.md', '`gone` must not import `src/ui`.'],
    ['only tells a decision of its day', 'docs/adr/1.md', '`src/core` must not import `src/ui`.'],
    ['stands in a text that does not rule', 'docs/guide.md', '`src/core` must not import `src/ui`.'],
  ])('is silent where it %s', async (_, path, text) => {
    expect(await titlesOf(declaredLayer, { ...code, [path]: text })).toEqual([]);
  });

  test('of a person binds, by a document or by a decision on a file', async () => {
    const text = '`src/core` must not import `src/ui`.';
    const files = await digestsOf({ ...code, 'docs/guide.md': text });
    const layers = declaredLayers(text);
    const written = [{ title: 'Layers', authority: 'MANDATORY' as const, layers }];
    expect(foundIn(declaredLayer, digestedSnapshot(files, { named: [], written }))).toMatchObject([
      {
        title: 'src/core imports src/ui, which the document "Layers" forbids',
        severity: 'HIGH',
        places: [{ path: 'src/core/a.ts' }],
      },
    ]);
    const named = [{ path: 'docs', authority: 'GUIDELINE' as const }];
    expect(foundIn(declaredLayer, digestedSnapshot(files, { named, written: [] }))).toHaveLength(1);
  });
});

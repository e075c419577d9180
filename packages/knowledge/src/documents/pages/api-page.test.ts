import { describe, expect, test } from 'vitest';
import { checkPage } from '../check-page.ts';
import { plannedApiPage } from '../module-pages.ts';
import { symbol, file, moduleAt, snapshot } from '../testing/sample-modules.ts';

describe('the reference of a module', () => {
  test('has each export with its signature and doc comment, and no test', () => {
    const page = plannedApiPage(moduleAt('app'))?.write();
    expect(page?.content).toContain(
      '### `run`\n\n```\nfunction run()\n```\n\nRuns it. And more. ([main.ts:3](app/main.ts#L3))',
    );
    expect(page?.content).not.toContain('helper');
    expect(page === undefined ? [] : checkPage(page, snapshot)).toEqual([]);
  });

  test('says of a member what it takes and gives, and leaves out a signature that is only the name', () => {
    const symbols = [
      symbol('a/A.java', 1, {
        qualifiedName: 'A.get',
        documentation: 'Gets it.\n@param key the key\n@return the value\n@deprecated use put\n@since 1',
      }),
      symbol('a/A.java', 5, { qualifiedName: 'A.MOST', kind: 'CONSTANT', signature: 'MOST' }),
    ];
    const facts = { path: 'a', files: [file('a/A.java')], symbols, imports: [], purpose: null };
    expect(plannedApiPage(facts)?.write().content).toContain(
      'Gets it. ([A.java:1](a/A.java#L1))\n\n- key: the key\n- Returns: the value\n- Deprecated: use put\n\n### `A.MOST`\n\n([A.java:5]',
    );
  });

  test('leaves out the namespace around a file, and an accessor beside its reader', () => {
    const symbols = [
      symbol('a/a.rb', 1, { qualifiedName: 'Puma', kind: 'MODULE' }),
      symbol('a/a.rb', 2, { qualifiedName: 'Puma.Binder', kind: 'CLASS' }),
      symbol('a/a.rb', 3, { qualifiedName: 'Puma.Binder.ios', kind: 'METHOD' }),
      symbol('a/a.rb', 4, { qualifiedName: 'Puma.Binder.ios', kind: 'METHOD' }),
    ];
    const facts = { path: 'a', files: [file('a/a.rb')], symbols, imports: [], purpose: null };
    const headings = plannedApiPage(facts)
      ?.write()
      .content.match(/^### .*$/gm);
    expect(headings).toEqual(['### `Puma.Binder`', '### `Puma.Binder.ios`']);
  });

  test('has every class where not all members have room', () => {
    const symbols = Array.from({ length: 900 }, (_, index) => {
      const name = `C${Math.floor(index / 3)}`;
      const qualifiedName = index % 3 === 0 ? name : `${name}.m${index}`;
      return symbol('a/a.ts', index + 1, { qualifiedName, kind: index % 3 === 0 ? 'CLASS' : 'METHOD' });
    });
    const page = plannedApiPage({ path: 'a', files: [file('a/a.ts')], symbols, imports: [], purpose: null });
    const content = page?.write().content ?? '';
    expect(content).toContain(
      '600 of 900 exported definitions: all that stand in no other one, and the first members.',
    );
    expect(content).toContain('### `C299`');
    expect(content).not.toContain('### `C299.');
  });

  test('is bounded, and there is none where nothing is exported', () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      symbol('a/a.ts', index + 1, { qualifiedName: `f${index}`, documentation: 'x '.repeat(2000) }),
    );
    const facts = { path: 'a', files: [file('a/a.ts')], symbols: many, imports: [], purpose: null };
    const page = plannedApiPage(facts)?.write();
    expect(page?.content).toContain('The first 242 of 2,000 exported definitions.');
    expect(page?.content.length).toBeLessThan(150_000);
    expect(plannedApiPage({ ...facts, symbols: [] })).toBeNull();
  });
});

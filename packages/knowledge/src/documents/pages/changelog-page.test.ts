import { describe, expect, test } from 'vitest';
import { changelogPageOf } from './changelog-page.ts';

describe('a changelog', () => {
  const side = { symbols: [], modules: [], manifests: [] };
  const inputs = { before: side, after: side, files: 1, compared: 1 };

  test('names the patterns that appeared with their places, and those that went', () => {
    const places = [{ path: 'app/main.ts', startLine: 1, endLine: 1 }];
    const patterns = {
      appeared: [{ title: 'app/main.ts is a hub', places }],
      gone: [{ title: 'Gone <b>', places }],
    };
    const { content, citations } = changelogPageOf({ ...inputs, patterns });
    expect(content).toContain(
      '## Patterns that appeared\n\n- `app/main.ts` is a hub ([main.ts:1](app/main.ts#L1))\n\n## Patterns that went\n\n- Gone',
    );
    expect(citations).toEqual(places);
  });

  test('names a class once for all its members, and what tests and examples export not at all', () => {
    const at = (path: string, key: string, signature = key) => ({ path, key, line: 1, signature });
    const before = {
      ...side,
      symbols: [at('a.ts', 'Old'), at('a.ts', 'Old.x'), at('a.ts', 'Kept.y'), at('a.ts', 'go')],
    };
    const after = {
      ...side,
      symbols: [
        at('a.ts', 'New', 'class New'),
        at('a.ts', 'New.a'),
        at('a.ts', 'New.a.b'),
        at('a.ts', 'go~2', 'go(x)'),
        at('b.ts', 'go'),
        at('a.test.ts', 'helper'),
        at('examples/a.ts', 'demo'),
        at('a.go', 'conn.Read'),
        at('a.py', '_hidden'),
        at('a.rs', 'inner', 'pub(crate) fn inner()'),
        at('b.go', 'Conn.Read'),
      ],
    };
    const modules = [
      { path: 'src', files: 1, exported: 0 },
      { path: 'tests', files: 0, exported: 0 },
    ];
    const { content } = changelogPageOf({
      before,
      after: { ...after, modules },
      patterns: null,
      files: 2,
      compared: 2,
    });
    expect(content).toContain('## New modules\n\n- `src`, 1 source file\n\n##');
    expect(content).toContain('## Removed\n\n- `Old` of `a.ts`, with 1 member\n- `Kept.y` of `a.ts`\n\n');
    expect(content).toContain('## Moved\n\n- `go` from `a.ts` to `b.ts` ([b.ts:1](b.ts#L1))\n\n');
    expect(content).toContain(
      '## Added\n\n- `New`: `class New`, with 2 members ([a.ts:1](a.ts#L1))\n- `go`: `go(x)` ([a.ts:1](a.ts#L1))\n- `Conn.Read`: `Conn.Read` ([b.go:1](b.go#L1))\n\n',
    );
  });

  test('shows long signatures from a little before their difference on', () => {
    const long = (end: string) => ({
      path: 'a.ts',
      key: 'jwt',
      line: 1,
      signature: `const jwt = (${'option: string, '.repeat(20)}last: ${end}) => void`,
    });
    const { content } = changelogPageOf({
      ...inputs,
      before: { ...side, symbols: [long('string')] },
      after: { ...side, symbols: [long('number')] },
      patterns: null,
    });
    expect(content).toMatch(
      /- `jwt`: `….{40,80}last: string\) => void` became `….{40,80}last: number\) => void` \(/,
    );
  });

  test('takes neither a comment nor a list of accessors for a part of a declaration, nor a reopened module for a new one', () => {
    const at = (path: string, key: string, signature: string) => ({ path, key, line: 1, signature });
    const before = {
      ...side,
      symbols: [
        at('a.rb', 'Puma', 'module Puma # It serves.'),
        at('b.rb', 'Puma.Client.env', 'attr_reader :env, :io'),
        at('b.rb', 'Puma.Client.close', 'def close(at = "#{now}")'),
        at('C.java', 'C', 'public final class C'),
      ],
    };
    const after = {
      ...side,
      symbols: [
        at('b.rb', 'Puma', 'module Puma'),
        at('b.rb', 'Puma.Client.env', 'attr_reader :env, :io, :body'),
        at('b.rb', 'Puma.Client.close', 'def close(at = "#{now}") # :nodoc:'),
        at('b.rb', 'Puma.Client.body', 'attr_reader :env, :io, :body'),
        at('C.java', 'C', '// the class is public public final class C'),
      ],
    };
    const { content } = changelogPageOf({ before, after, patterns: null, files: 2, compared: 2 });
    expect(content).toContain(
      '2 files differ.\n\n## Added\n\n- `Puma.Client.body`: `attr_reader` ([b.rb:1](b.rb#L1))\n\n## Patterns',
    );
  });

  test('does not take a change of the rules for one of the code', () => {
    expect(changelogPageOf({ ...inputs, patterns: null }).content).toContain('They are not compared');
    const same = changelogPageOf({ ...inputs, patterns: { appeared: [], gone: [] } }).content;
    expect(same).not.toContain('atterns');
  });
});

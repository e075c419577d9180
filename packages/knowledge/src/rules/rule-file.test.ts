import { describe, expect, test } from 'vitest';
import { RULE_PATH, ruleFileOf, ruleTitle } from './rule-file.ts';
import { nearness, scopeBinds } from './scope-binds.ts';

const ruling = {
  'AGENTS.md': { authority: 'GUIDELINE', scope: [] },
  'packages/db/CLAUDE.md': { authority: 'GUIDELINE', scope: ['packages/db'] },
  'CONTRIBUTING.md': { authority: 'GUIDELINE', scope: [] },
  '.github/CONTRIBUTING.rst': { authority: 'GUIDELINE', scope: [] },
  '.cursorrules': { authority: 'GUIDELINE', scope: [] },
  'apps/web/.cursor/rules/style.mdc': { authority: 'GUIDELINE', scope: ['apps/web'] },
  '.github/copilot-instructions.md': { authority: 'GUIDELINE', scope: [] },
  '.github/instructions/tests.instructions.md': { authority: 'GUIDELINE', scope: [] },
  'docs/adr/0001-one-database.md': { authority: 'INFORMATIONAL', scope: [] },
  'packages/sync/docs/decisions/fences.md': { authority: 'INFORMATIONAL', scope: ['packages/sync'] },
};

describe('a file that rules by convention', () => {
  test.each(Object.entries(ruling))('%s', (path, rule) => {
    expect(ruleFileOf(path, [])).toEqual(rule);
    expect(new RegExp(RULE_PATH, 'i').test(path)).toBe(true);
  });
  test.each([
    'README.md',
    'src/agents.ts',
    'docs/adr.md',
    'docs/adr/diagram.png',
    'src/contributing/index.ts',
  ])('%s does not', (path) => {
    expect(ruleFileOf(path, [])).toBeNull();
  });
});

describe('a decision of a person', () => {
  const named = [
    { path: 'AGENTS.md', authority: 'MANDATORY' },
    { path: 'docs/rules', authority: 'GUIDELINE' },
    { path: 'docs/rules/secrets.md', authority: 'MANDATORY' },
  ] as const;
  test('makes a file rule, and the closest decision holds', () => {
    expect(ruleFileOf('AGENTS.md', named)?.authority).toBe('MANDATORY');
    expect(ruleFileOf('docs/rules/names.md', named)).toEqual({ authority: 'GUIDELINE', scope: [] });
    expect(ruleFileOf('docs/rules/secrets.md', named)?.authority).toBe('MANDATORY');
  });
  test('holds for its path alone', () => {
    expect(ruleFileOf('packages/AGENTS.md', named)?.authority).toBe('GUIDELINE');
    expect(ruleFileOf('docs/rules-old/names.md', named)).toBeNull();
  });
  test('about code speaks for the folder that the file lies in', () => {
    expect(
      ruleFileOf('packages/db/RULES', [{ path: 'packages/db/RULES', authority: 'MANDATORY' }])?.scope,
    ).toEqual(['packages/db']);
  });
});

test('the title is the first heading, else the name of the file', () => {
  expect(ruleTitle('---\nauthority: MANDATORY\n---\n# Rules of the house #\n', 'docs/r.md')).toBe(
    'Rules of the house',
  );
  expect(ruleTitle('Never log a token.', 'docs/r.md')).toBe('r.md');
});

test('a document binds what lies in its folders, the nearest first, and without folders everything', () => {
  expect(scopeBinds([], [])).toBe(true);
  expect(scopeBinds(['src'], ['src/a.ts', 'b.ts'])).toBe(true);
  expect(scopeBinds(['src'], ['srcs/a.ts'])).toBe(false);
  expect(nearness(['src/db'], ['src/db/a.ts'])).toBeGreaterThan(nearness(['src'], ['src/db/a.ts']));
});

import { expect, test } from 'vitest';
import { parseIgnoreRules, ruleProblems, type RuleTexts } from './ignore-rules.ts';

const stored = (text: string): RuleTexts => ({ gitattributes: null, projectsyncignore: null, stored: text });

test('stored rules come after those of the repository, and the last rule that matches decides', () => {
  const texts = { gitattributes: '*.pb linguist-generated', projectsyncignore: '*.log\n!keep.log' };
  const rules = parseIgnoreRules({ ...texts, stored: 'keep.log\n!*.pb' });
  expect(rules.reasonOf('a/keep.log')).toBe('IGNORED');
  expect(rules.reasonOf('other.log')).toBe('IGNORED');
  expect(rules.reasonOf('a.pb')).toBeNull();
  expect(parseIgnoreRules(texts).reasonOf('keep.log')).toBeNull();
});

test.each([
  ['!', 'NAMES_NOTHING'],
  ['//', 'NAMES_NOTHING'],
  ['data-[0-9.csv', 'OPEN_BRACKET'],
  ['src\\generated', 'BACKSLASH'],
  ['a'.repeat(5000), 'TOO_LONG'],
] as const)('the rule %j is named by its line, with what is wrong', (rule, problem) => {
  expect(ruleProblems(stored(`# a comment\n\n*.snap\n${rule}\n`))).toEqual([{ line: 4, problem }]);
});

test('rules that mean what they say have no problem', () => {
  const rules = 'docs/\n!docs/kept.md\n/only-root\ndata-[0-9].csv\n\\#name\n\\!name\na/**/b\n*.log  \n';
  expect(ruleProblems(stored(rules))).toEqual([]);
});

test('a rule beyond the limit of all rules together is left out, and said to be', () => {
  const text = Array.from({ length: 100 }, (_, index) => `${'a'.repeat(1000)}${index}`).join('\n');
  const found = ruleProblems(stored(text));
  expect(found).toHaveLength(50);
  expect(found[0]?.problem).toBe('TOO_COSTLY');
  const first = found[0]?.line ?? 0;
  const rules = parseIgnoreRules(stored(text));
  expect(rules.reasonOf(`${'a'.repeat(900)}`)).toBeUndefined();
  expect(first).toBeGreaterThan(40);
});

test('lines beyond the last that is read are one problem', () => {
  const text = `${'\n'.repeat(5000)}*.log\n*.snap`;
  expect(ruleProblems(stored(text))).toEqual([{ line: 5001, problem: 'TOO_MANY_LINES' }]);
  expect(ruleProblems(stored('\n'.repeat(9000)))).toEqual([]);
});

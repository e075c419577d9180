import { expect, test } from 'vitest';
import { digestsOf } from '../testing/patterns-of.ts';
import { affectedDetectors } from './find-patterns.ts';
import { rankPatterns, type RankedPattern } from './rank-patterns.ts';

const others = { 'x.ts': 'export const x = 1;\n', 'y.ts': 'export {};\n' };

const changed = async (before: string, now: string) => {
  const [a, b] = [
    await digestsOf({ ...others, 'a.ts': before }),
    await digestsOf({ ...others, 'a.ts': now }),
  ];
  const changes = [{ before: a.get('a.ts') ?? null, now: b.get('a.ts') ?? null }];
  return affectedDetectors(changes, false).map(({ name }) => name);
};

test('what people declare anew affects the rule about it alone', () => {
  expect(affectedDetectors([], true).map(({ name }) => name)).toEqual(['declared-layer']);
});

test('a changed body affects no rule, and a new import those that read imports', async () => {
  const body = (value: number) =>
    `import { x } from './x';\nexport function f() {\n  return x + ${value};\n}\n`;
  expect(await changed(body(1), body(2))).toEqual([]);
  const affected = await changed(body(1), `import './y';\n${body(1)}`);
  expect(affected).toContain('import-cycle');
  expect(affected).not.toContain('swallowed-error');
});

test('patterns are ranked by news, severity and certainty, and rules take turns', () => {
  const pattern = (subject: string, given: Partial<RankedPattern> = {}): RankedPattern => ({
    subject,
    detector: 'x',
    severity: 'LOW',
    certainty: 'PROVEN',
    ...given,
  });
  const ranked = rankPatterns([
    pattern('turned down', { severity: 'CRITICAL', isTurnedDown: true }),
    pattern('x1'),
    pattern('x2'),
    pattern('y1', { detector: 'y' }),
    pattern('likely', { severity: 'HIGH', certainty: 'LIKELY' }),
    pattern('proven', { severity: 'HIGH' }),
    pattern('new', { isNew: true }),
  ]);
  expect(ranked.map(({ subject }) => subject)).toEqual([
    'new',
    'proven',
    'likely',
    'x1',
    'y1',
    'x2',
    'turned down',
  ]);
});

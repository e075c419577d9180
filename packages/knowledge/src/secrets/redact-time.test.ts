import { describe, expect, test } from 'vitest';
import { beginningsOf } from '../testing/index.ts';
import { redact } from './redact.ts';
import { redactionRules } from './redaction-rules.ts';

const SIZE = 1_000_000;
/** The processor time of this thread alone, so that a busy machine does not count. */
const millisecondsOf = (work: () => unknown): number => {
  const { user } = process.threadCpuUsage();
  work();
  return (process.threadCpuUsage().user - user) / 1000;
};

describe('redaction takes time in proportion to the text', () => {
  test.each([
    ['blank lines', '\n'],
    ['spaces', ' '],
    ['blank lines with spaces', ' \n'],
    ['beginnings of assignments', 'password-'],
    ['beginnings of tokens', 'eyJaaaaaaaaaa-'],
    ['beginnings of exports', 'export\n'],
    ['beginnings of addresses', 'a://b:@'],
  ])('for 1 MB of %s', (_name, part) => {
    const text = part.repeat(SIZE / part.length);
    expect(millisecondsOf(() => redact(text))).toBeLessThan(1000);
  });

  test('four times the text takes little more than four times as long, whatever the text is made of', () => {
    const parts = [
      '\n',
      ' ',
      ' \n',
      '\t\n',
      'password=',
      'a:',
      '"',
      '-----BEGIN ',
      'export ',
      'a.b-c_',
      'A1b2',
    ];
    // Of three tries the quickest: what else runs on the machine only ever adds.
    const quickest = (text: string) => Math.min(...[1, 2, 3].map(() => millisecondsOf(() => redact(text))));
    const ratios = parts.map((part) => {
      const small = quickest(part.repeat(100_000 / part.length));
      const large = quickest(part.repeat(400_000 / part.length));
      // A quadratic rule takes sixteen times as long. Below a few milliseconds the clock is too coarse to tell.
      return { part, ratio: large < 20 ? 4 : large / small };
    });
    expect(ratios.filter(({ ratio }) => ratio > 10)).toEqual([]);
  });

  test('for blank lines behind the marker of a private key', () => {
    const block = `-----BEGIN ${'PRIVATE'} KEY-----${'\n'.repeat(19_000)}`;
    expect(millisecondsOf(() => redact(block.repeat(50)))).toBeLessThan(1000);
  });

  test('for 1 MB of the beginnings that each rule looks for', () => {
    const slow: string[] = [];
    for (const { name, pattern } of redactionRules) {
      const beginnings = beginningsOf(pattern);
      // The longest ones: behind them the most of the pattern has been read.
      const worst = beginnings.toSorted((a, b) => b.length - a.length).slice(0, 3);
      for (const beginning of worst) {
        for (const input of [
          beginning.repeat(SIZE / beginning.length),
          `${beginning}-`.repeat(SIZE / (beginning.length + 1)),
          beginning + ' '.repeat(SIZE),
          beginning + '\n'.repeat(SIZE),
        ]) {
          // A linear rule takes some 50 ms, a quadratic one minutes.
          const ms = millisecondsOf(() => input.replace(pattern, ''));
          if (ms > 500) slow.push(`${name}: ${ms.toFixed(0)} ms for ${JSON.stringify(input.slice(0, 40))}`);
        }
      }
    }
    expect(slow).toEqual([]);
  }, 120_000);
});

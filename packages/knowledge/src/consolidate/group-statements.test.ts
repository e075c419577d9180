import { beforeAll, describe, expect, test } from 'vitest';
import { openTextVectors, type TextVectors } from '../embed/static-embedder.ts';
import { heldFamilies, tunedFamilies } from '../testing/planted-facts.ts';
import { judgeGrouping } from '../testing/judge-grouping.ts';
import { drawFrom, plantedLetters, type PlantedLetter } from '../testing/planted-letters.ts';
import { comparable, relationOf } from './compare-statements.ts';
import { groupStatements, readForComparing } from './group-statements.ts';
import { readStatements } from './read-statements.ts';

let vectors: TextVectors;
beforeAll(async () => {
  vectors = await openTextVectors();
});

const plan = { projects: 12, paraphrases: 100, contradictions: 100, corrections: 100 };

/** The statements of letters as the phase reads them. */
function readLetters(letters: readonly PlantedLetter[]) {
  return letters.flatMap(({ text, date }) =>
    readStatements({ text, titles: [], otherwise: null }).map((statement) =>
      readForComparing({ ...statement, first: date, last: date }, vectors),
    ),
  );
}

describe.each([
  ['the letters that thresholds were tuned on', tunedFamilies, 1],
  ['letters of other families', heldFamilies, 11],
] as const)('300 planted letters over 12 projects: %s', (_name, families, seed) => {
  const { letters } = plantedLetters({ ...plan, families, seed });

  test('paraphrases merge, contradictions stay apart as pairs, and corrections supersede', () => {
    expect(letters).toHaveLength(300);
    const measured = judgeGrouping(letters, groupStatements(readLetters(letters), vectors));
    expect(measured.precision).toBeGreaterThanOrEqual(0.98);
    expect(measured.recall).toBeGreaterThanOrEqual(0.9);
    expect(measured.contradictionsMerged).toBe(0);
    expect(measured.contradictionsFound).toBeGreaterThanOrEqual(0.9);
    expect(measured.correctedRight).toBeGreaterThanOrEqual(0.9);
    expect(measured.correctedWrong).toBeLessThanOrEqual(2);
  });

  test('any order of the letters gives the same groups', () => {
    const statements = readLetters(letters);
    const expected = groupStatements(statements, vectors);
    const draw = drawFrom(seed);
    for (let round = 0; round < 5; round += 1) {
      const shuffled = statements.map((one) => ({ one, at: draw(1 << 30) })).toSorted((a, b) => a.at - b.at);
      expect(
        groupStatements(
          shuffled.map(({ one }) => one),
          vectors,
        ),
      ).toEqual(expected);
    }
  });
});

describe('two statements', () => {
  const kind = (a: string, b: string) =>
    relationOf(comparable(a, vectors), comparable(b, vectors), vectors)?.kind ?? null;

  test.each([
    ['Use `pgBouncer` in front of Postgres.', 'In front of Postgres we use pgBouncer.'],
    ['Do not disable retries in the client.', 'Enable retries in the client.'],
    ['Without a lock the importer does not start.', 'The importer needs a lock to start.'],
    ['Uploads are limited to 20 MB.', 'The limit of uploads: 20 megabytes.'],
    ['**Avoid** barrel files in packages.', 'Do not use barrel files in packages.'],
  ])('%s / %s say the same', (a, b) => {
    expect(kind(a, b)).toBe('same');
    expect(kind(b, a)).toBe('same');
  });

  test.each([
    ['Use barrel files in packages.', 'Never use barrel files in packages.'],
    ['Uploads are limited to 20 MB.', 'Uploads are limited to 200 MB.'],
    ['Deploy the worker before the gateway.', 'Deploy the gateway before the worker.'],
    ['Prefer `zod` over `yup` for forms.', 'Prefer `yup` over `zod` for forms.'],
    ['Enable strict mode in the parser.', 'Disable strict mode in the parser.'],
  ])('%s / %s contradict each other', (a, b) => {
    expect(kind(a, b)).toBe('opposite');
    expect(kind(b, a)).toBe('opposite');
  });

  test.each([
    ['Use Redis for sessions.', 'Use Memcached for sessions.'],
    ['Use Redis for sessions.', 'Do not use Redis for queues.'],
    ['The timeout of `fetchHead` is 30 seconds.', 'The timeout of `fetchTree` is 30 seconds.'],
    ['The parser fails on tabs.', 'The printer fails on tabs.'],
    ['Uploads are limited to 20 MB.', 'Uploads are limited.'],
  ])('%s / %s are neither', (a, b) => {
    expect(['related', null]).toContain(kind(a, b));
  });
});

import { describe, expect, test } from 'vitest';
import { rankCandidates, type Candidate, type RankMode } from './rank-candidates.ts';
import { readQuestionOrThrow } from './read-question.ts';

let count = 0;
const candidate = (given: Partial<Candidate>): Candidate => ({
  kind: 'CODE',
  hash: `hash ${(count += 1)}`,
  path: `src/file${count}.ts`,
  file: `file ${count}`,
  symbol: null,
  title: '',
  parents: [],
  names: given.symbol == null ? [] : [[...(given.parents ?? []), given.symbol].join('.')],
  generated: false,
  tokens: 200,
  lines: 20,
  mentions: [],
  likeness: null,
  ...given,
});

const ranked = (text: string, candidates: readonly Candidate[], mode: RankMode = 'HYBRID') => {
  const question = readQuestionOrThrow(text);
  return rankCandidates(question, candidates, {
    collection: { passages: 1000, held: question.words.map(() => 20), model: 'm' },
    mode,
  });
};
const order = (...given: Parameters<typeof ranked>) => ranked(...given).map((hit) => hit.candidate.path);

describe.each(['HYBRID', 'KEYWORD', 'SEMANTIC'] as const)('a name in the mode %s', (mode) => {
  const definition = candidate({
    symbol: 'createQueue',
    parents: ['Queues'],
    path: 'src/queue.ts',
    mentions: [1, 1, 1],
    likeness: 0.1,
  });
  const uses = Array.from({ length: 5 }, () => candidate({ mentions: [9, 9, 9], likeness: 0.9 }));
  test.each([
    'createQueue',
    'create_queue',
    'CreateQueue',
    'Queues.createQueue',
    'Queues::create_queue',
    'createQueue function',
  ])('finds its definition before everything that uses it (%s)', (name) => {
    expect(order(name, [...uses, definition], mode)[0]).toBe('src/queue.ts');
  });
});

describe.each(['HYBRID', 'KEYWORD', 'SEMANTIC'] as const)(
  'among definitions of one name in the mode %s',
  (mode) => {
    const written = (symbol: string, given: Partial<Candidate> = {}) =>
      candidate({ symbol, mentions: [1, 1], likeness: 0, path: `src/${symbol}.ts`, ...given });
    const likely = { mentions: [9, 9], likeness: 0.9 };

    test('the one in the case of the question comes first', () => {
      for (const [name, other] of [
        ['startSync', 'StartSync'],
        ['StartSync', 'startSync'],
        ['start_sync', 'startSync'],
      ] as const)
        expect(order(name, [written(other, likely), written(name)], mode)[0], name).toBe(`src/${name}.ts`);
    });

    test('so it does where it is one of several in its passage, in a test, or has a container', () => {
      const inside = { symbol: 'SyncRequest', names: ['SyncRequest', 'startSync'], path: 'src/request.ts' };
      expect(order('startSync', [written('StartSync', likely), candidate(inside)], mode)[0]).toBe(
        'src/request.ts',
      );
      const inTest = written('startSync', { path: 'src/sync.test.ts' });
      expect(order('startSync', [written('StartSync', likely), inTest], mode)[0]).toBe('src/sync.test.ts');
      const method = written('addRoute', { parents: ['Router'], path: 'src/method.ts' });
      const other = written('AddRoute', { parents: ['router'], ...likely });
      for (const name of ['Router.addRoute', 'Router::addRoute', 'Router#addRoute'])
        expect(order(name, [other, method], mode)[0], name).toBe('src/method.ts');
    });

    test('but a word in small letters does not ask for the test that is written so', () => {
      const inTest = written('router', { path: 'src/a.test.ts', ...likely });
      expect(order('router', [inTest, written('Router')], mode)[0]).toBe('src/Router.ts');
      const inSource = written('router', { path: 'src/lower.ts' });
      expect(order('router', [inTest, written('Router', likely), inSource], mode)[0]).toBe('src/lower.ts');
    });
  },
);

test('of several definitions of a name, the one in the source comes before those of examples and tests', () => {
  const own = { symbol: 'createServer', mentions: [1, 1], likeness: 0.6 };
  const asides = ['playground/ssr/server.js', 'src/server.test.ts'].map((path) =>
    candidate({ ...own, path }),
  );
  const meant = candidate({
    ...own,
    path: 'src/server.ts',
    symbol: 'Urls',
    names: ['Urls', 'createServer'],
    likeness: 0.3,
  });
  expect(order('createServer', [...asides, meant])[0]).toBe('src/server.ts');
  expect(order('createServer example', [...asides, meant])[0]).toBe('playground/ssr/server.js');
});

test('a class comes before its constructor, and a definition in code before a key of data or a type that repeats it', () => {
  const own = { mentions: [1, 1], likeness: 0.6 };
  const constructor = candidate({
    ...own,
    path: 'src/Parser.java',
    symbol: 'Parser',
    names: ['Parser.Parser'],
  });
  const ofClass = candidate({ ...own, path: 'src/Parser.java', symbol: 'Parser', likeness: 0.2 });
  expect(ranked('Parser', [constructor, ofClass])[0]?.candidate).toBe(ofClass);
  const others = ['config/app.yml', 'index.d.ts'].map((path) =>
    candidate({ ...own, path, symbol: 'labels' }),
  );
  const meant = candidate({
    ...own,
    path: 'src/shared.rb',
    symbol: 'Buckets',
    names: ['Buckets', 'Buckets.LABELS'],
  });
  expect(order('labels', [...others, meant])[0]).toBe('src/shared.rb');
});

describe('the kind of a file', () => {
  const passages = ['src/a.ts', 'src/a.test.ts', 'CHANGELOG.md', 'docs/fr/a.md'].map((path) =>
    candidate({ path, mentions: [2, 2], likeness: 0.3 }),
  );
  test('puts tests and documents that the question does not ask for behind the source', () => {
    expect(order('close connection', passages)[0]).toBe('src/a.ts');
  });
  test('does not matter where the question asks for it', () => {
    const [plain, asked] = ['close connection', 'tests close connection'].map((text) => {
      const hits = ranked(text, passages);
      const scoreOf = (path: string) => hits.find((hit) => hit.candidate.path === path)?.score ?? 0;
      return scoreOf('src/a.ts') - scoreOf('src/a.test.ts');
    });
    expect(asked).toBeLessThan(plain ?? 0);
  });
  test('counts for a file that a program wrote, by its content', () => {
    const written = candidate({ path: 'src/gen.ts', generated: true, mentions: [3, 3], likeness: 0.3 });
    expect(
      order('close connection', [
        written,
        candidate({ path: 'src/own.ts', mentions: [2, 2], likeness: 0.3 }),
      ])[0],
    ).toBe('src/own.ts');
  });
});

test('the same text at several places is one hit that names the others', () => {
  const copies = ['src/a.ts', 'vendor/a.ts', 'lib/a.ts'].map((path) =>
    candidate({ path, hash: 'same', mentions: [1] }),
  );
  const hits = ranked('connection', copies);
  expect(hits).toHaveLength(1);
  expect(hits[0]?.alsoAt).toHaveLength(2);
});

test('one file does not fill the page', () => {
  const large = Array.from({ length: 9 }, () =>
    candidate({ path: 'src/large.ts', file: 'large', mentions: [3, 3] }),
  );
  const other = candidate({ path: 'src/other.ts', mentions: [2, 2] });
  expect(order('close connection', [...large, other]).indexOf('src/other.ts')).toBeLessThan(4);
});

test('each hit says why it is one', () => {
  const hits = ranked('close connection', [
    candidate({ path: 'by/words.ts', mentions: [1, 1], likeness: 0.01 }),
    candidate({ path: 'by/meaning.ts', mentions: [0, 0], likeness: 0.4 }),
    candidate({ path: 'connection/close.ts', mentions: [0, 0], likeness: 0.01 }),
    candidate({ path: 'by/name.ts', symbol: 'closeConnection', mentions: [0, 0], likeness: 0.01 }),
    candidate({ path: 'by/nothing.ts', mentions: [0, 0], likeness: 0.01 }),
  ]);
  const reasons: Record<string, readonly string[]> = Object.fromEntries(
    hits.map((hit) => [hit.candidate.path ?? '', hit.reasons]),
  );
  expect(reasons['by/words.ts']).toEqual(['WORDS']);
  expect(reasons['by/meaning.ts']).toEqual(['MEANING']);
  expect(reasons['connection/close.ts']).toEqual(['PATH']);
  expect(reasons['by/name.ts']).toContain('SYMBOL');
  expect(reasons).not.toHaveProperty('by/nothing.ts');
});

test('the order does not depend on the order of the candidates', () => {
  const some = Array.from({ length: 40 }, (_, index) =>
    candidate({ file: `f${index % 7}`, mentions: [index % 3, index % 2], likeness: (index % 5) / 10 }),
  );
  expect(order('close connection', some)).toEqual(order('close connection', [...some].reverse()));
});

test('scores are positive and fall', () => {
  const hits = ranked(
    'close connection',
    Array.from({ length: 30 }, (_, index) =>
      candidate({ path: index % 2 ? 'a.test.ts' : 'b.ts', mentions: [index % 4, 1], likeness: -0.2 }),
    ),
  );
  for (const [index, { score }] of hits.entries()) {
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThanOrEqual(hits[index - 1]?.score ?? Infinity);
  }
});

test.each([
  ['symbols', 'lib/symbols.js'],
  ['fourOhFour', 'lib/four-oh-four.js'],
  ['queue', 'src/queue/index.ts'],
])(
  'the file named %s comes before what says the word often, and behind a definition of that name',
  (name, path) => {
    const uses = Array.from({ length: 4 }, () => candidate({ mentions: [5], likeness: 0.5 }));
    const file = candidate({ path, mentions: [1], likeness: 0.1 });
    expect(order(name, [...uses, file])[0]).toBe(path);
    expect(order(`how does ${name} work with ships`, [...uses, file])[0]).not.toBe(path);
    const definition = candidate({ symbol: name, path: 'src/defined.ts', mentions: [1] });
    expect(order(name, [...uses, file, definition]).slice(0, 2)).toEqual(['src/defined.ts', path]);
  },
);

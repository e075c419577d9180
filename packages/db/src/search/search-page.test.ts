import { localEmbedder, readQuestion, readQuestionOrThrow, type RankMode } from '@project-sync/knowledge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMemoryWorld, type EndedSync } from '../testing/open-memory-world.ts';
import { openTestDatabase, type TestDatabase } from '../testing/index.ts';
import type { Sql } from '../database/database.ts';
import { projectScopedSql } from '../reads/project-scoped-sql.ts';
import { findCandidates, type SearchedScope } from './find-candidates.ts';
import { searchPage, type MemoryHits } from './search-memory.ts';
import { searchSnapshots } from './search-snapshots.ts';
import { WordCounts } from './word-counts.ts';

let opened: TestDatabase;
let world: Awaited<ReturnType<typeof openMemoryWorld>>;
let main: EndedSync;
let other: EndedSync;
let ids: { first: string; second: string };
let statements = 0;

const lines = (word: string) =>
  Array.from({ length: 10 }, (_, line) => `  const ${word}${line} = load('${word}', ${line});`).join('\n');
const functionOf = (name: string, word: string) => `export function ${name}(load) {\n${lines(word)}\n}\n`;

beforeAll(async () => {
  opened = await openTestDatabase();
  world = await openMemoryWorld(opened, localEmbedder());
  const first = await world.connect();
  first.at.commit('main', {
    'src/queue.ts': functionOf('createQueue', 'message'),
    'src/queue.test.ts': `import { createQueue } from './queue.ts';\n${functionOf('checksCreateQueue', 'message')}`,
    'src/copy/one.js': functionOf('copied', 'parcel'),
    'lib/copy/two.js': functionOf('copied', 'parcel'),
    'tools/queue.py': 'def start_worker(message):\n    return message.start()\n'.repeat(1),
    'README.md': '# Queues\n\nA message waits in a queue until a worker takes it.\n',
    'CHANGELOG.md': '# Changes\n\n- createQueue keeps a message in the queue\n',
  });
  main = await world.sync(first.id);
  const second = await world.connect();
  second.at.commit('main', {
    'app/postbox.ts': functionOf('openPostbox', 'message'),
    // Both are short, so one passage has them, with the name of the larger.
    'app/hatch.ts':
      'export const raiseHatch = (crew) => crew.raise(1, 2, 3);\nexport const sealValve = (crew) => crew.seal();\n',
  });
  other = await world.sync(second.id);
  ids = { first: first.id, second: second.id };
});
afterAll(async () => {
  await world.close();
  await world.removeRepositories();
  await opened.close();
});

const snapshotOf = ({ branch_id, number }: EndedSync) => ({ branchId: branch_id, number });

async function page(
  text: string,
  given: Partial<SearchedScope> & { mode?: RankMode; first?: number } = {},
): Promise<MemoryHits> {
  const { mode = 'KEYWORD', first = 20, ...scope } = given;
  const question = readQuestionOrThrow(text);
  const embedder = localEmbedder();
  let vector: Float32Array | null = null;
  if (mode !== 'KEYWORD')
    for await (const [one] of embedder.embed([question.text], {
      signal: AbortSignal.timeout(10_000),
      purpose: 'query',
    }))
      vector = one?.vector ?? null;
  const wall = projectScopedSql(opened.database.system, world.projectId);
  const counted: Sql = {
    ...wall,
    query: (statement, params) => {
      statements += 1;
      return wall.query(statement, params);
    },
  };
  return searchPage(
    counted,
    { projectId: world.projectId, snapshot: snapshotOf(main), kinds: null, pathPrefix: null, ...scope },
    { question, vector, model: embedder.model, mode, first, offset: 0 },
  );
}
const paths = ({ hits }: MemoryHits) => hits.map(({ entry }) => entry.path);

test('a hit is named by the definition that the question is about, and its entry by the largest', async () => {
  for (const [asked, symbol] of [
    ['sealValve', 'sealValve'],
    ['how is the valve shut', 'sealValve'],
    ['raise_hatch', 'raiseHatch'],
  ] as const) {
    const { hits } = await page(asked, { snapshot: snapshotOf(other) });
    const hit = hits.find(({ entry }) => entry.path === 'app/hatch.ts');
    expect(hit).toMatchObject({ symbol, title: symbol, entry: { symbol: 'raiseHatch' } });
  }
});

describe('an operator', () => {
  test('path: takes a part of the path, or a glob', async () => {
    expect(new Set(paths(await page('message path:queue.ts')))).toEqual(new Set(['src/queue.ts']));
    expect(new Set(paths(await page('message path:src/*.ts')))).toEqual(
      new Set(['src/queue.ts', 'src/queue.test.ts']),
    );
    expect(paths(await page('message path:**/two.js'))).toEqual([]);
    expect(paths(await page('parcel path:**/two.js'))).toEqual(['lib/copy/two.js']);
  });

  test('lang: takes a language by its name or its usual ending', async () => {
    for (const language of ['python', 'py', 'Python'])
      expect(new Set(paths(await page(`message lang:${language}`)))).toEqual(new Set(['tools/queue.py']));
    expect(new Set(paths(await page('message', { languages: ['python'] })))).toEqual(
      new Set(['tools/queue.py']),
    );
  });

  test('sym: takes what defines the name, and nothing that only uses it', async () => {
    for (const name of ['createQueue', 'create_queue'])
      expect(paths(await page(`sym:${name}`))).toEqual(['src/queue.ts']);
    expect(paths(await page('sym:createNothing'))).toEqual([]);
  });

  test('with quotes takes the very words, whatever their case', async () => {
    expect(paths(await page('"waits in a QUEUE"'))).toEqual(['README.md']);
    expect(paths(await page('"queue in waits"'))).toEqual([]);
    expect(paths(await page(`"100%_\\\\"`))).toEqual([]);
  });

  test('with slashes takes what the pattern matches', async () => {
    expect(new Set(paths(await page('/parcel[3-4] = load/')))).toEqual(new Set(['lib/copy/two.js']));
    expect(paths(await page('/^def \\w+_worker/'))).toEqual(['tools/queue.py']);
  });

  test('with a dash leaves out what has the word', async () => {
    const found = paths(await page('message -checks -worker', { first: 50 }));
    expect(found).toContain('src/queue.ts');
    expect(found).not.toContain('README.md');
  });

  test('alone lists what it lets through', async () => {
    expect(new Set(paths(await page('lang:markdown')))).toEqual(new Set(['README.md', 'CHANGELOG.md']));
  });
});

test.each([
  '/(x+x+)+y/',
  '/(a|aa)+$/',
  '/(.*)*z/',
  '/(.*a){20}/',
  '/\\w{1,90}\\d{1,9}q/',
  '/[^\\n]*[^\\n]*[^\\n]*!/',
])(
  'a pattern that a backtracking engine would need ages for is answered or refused in bounded time (%s)',
  async (pattern) => {
    const begun = performance.now();
    if (!('code' in readQuestion(pattern))) await page(pattern);
    expect(performance.now() - begun).toBeLessThan(8000);
  },
);

test('files of tests can be left out or asked for alone', async () => {
  expect(paths(await page('create queue message', { tests: false }))).not.toContain('src/queue.test.ts');
  expect(new Set(paths(await page('create queue message', { tests: true })))).toEqual(
    new Set(['src/queue.test.ts']),
  );
  expect(paths(await page('create queue message'))).toContain('src/queue.test.ts');
});

describe('several repositories', () => {
  test('are searched at once, and only those that are in the scope', async () => {
    const both = await page('message', { furtherSnapshots: [snapshotOf(other)] });
    expect(paths(both)).toEqual(expect.arrayContaining(['src/queue.ts', 'app/postbox.ts']));
    expect(both.facets.repositories).toEqual([{ value: 'r', count: both.total }]);
    expect(new Set(both.hits.map(({ origin }) => origin?.repositoryId))).toEqual(
      new Set([ids.first, ids.second]),
    );
    expect(paths(await page('message'))).not.toContain('app/postbox.ts');
  });

  test('are all of the project where none is named', async () => {
    const wall = projectScopedSql(opened.database.system, world.projectId);
    const find = (wanted: object) =>
      searchSnapshots(wall, world.projectId, {
        syncId: null,
        repositoryIds: null,
        branch: null,
        names: [],
        ...wanted,
      });
    expect((await find({})).map(({ repositoryId }) => repositoryId).sort()).toEqual(
      [ids.first, ids.second].sort(),
    );
    expect(await find({ repositoryIds: [ids.second] })).toMatchObject([
      { branchId: other.branch_id, isCurrent: true },
    ]);
    expect(await find({ branch: 'nowhere' })).toEqual([]);
    expect(await find({ names: ['no such name'] })).toEqual([]);
    expect(await find({ syncId: main.id })).toMatchObject([
      { branchId: main.branch_id, number: main.number },
    ]);
  });
});

test('the same text in two files is one hit that names the other', async () => {
  const { hits, total } = await page('copied parcel');
  expect(hits).toHaveLength(1);
  expect(total).toBe(1);
  expect([hits[0]?.entry.path, ...(hits[0]?.alsoAt ?? [])].sort()).toEqual([
    'lib/copy/two.js',
    'src/copy/one.js',
  ]);
});

describe('a page', () => {
  test('tells an exact total by words, and no exact one by meaning', async () => {
    expect(await page('worker')).toMatchObject({ isTotalExact: true });
    expect(await page('worker', { mode: 'HYBRID' })).toMatchObject({ isTotalExact: false });
  });

  test('counts what all hits are made of, not only those on it', async () => {
    const { facets, total, hits } = await page('message queue', { first: 1 });
    expect(hits).toHaveLength(1);
    expect(facets.languages.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    expect(facets.folders.map(({ value }) => value)).toEqual(expect.arrayContaining(['src', '.']));
    expect(facets.kinds.map(({ value }) => value)).toEqual(expect.arrayContaining(['CODE', 'DOC']));
  });

  test('says where nothing has a word of the question', async () => {
    const { hits, nearestOnly } = await page('zyxwvu tsrqpon', { mode: 'HYBRID' });
    expect(hits.length === 0 || nearestOnly).toBe(true);
    expect((await page('queue', { mode: 'HYBRID' })).nearestOnly).toBe(false);
  });
});

test('a scope with nothing in it has an exact total of nothing', async () => {
  for (const mode of ['HYBRID', 'KEYWORD', 'SEMANTIC'] as const)
    expect(await page('message queue', { mode, snapshot: null })).toMatchObject({ hits: [], total: 0 });
  expect(await page('message', { pathPrefix: 'no/such/folder' })).toMatchObject({
    hits: [],
    total: 0,
    isTotalExact: true,
  });
});

test('a question that names its snapshots finds what is in them, with their commits', async () => {
  const wanted = { syncId: null, repositoryIds: null, branch: null, names: [] };
  const everywhere = await page('message', { snapshot: null, wanted });
  expect(paths(everywhere)).toEqual(expect.arrayContaining(['src/queue.ts', 'app/postbox.ts']));
  expect(everywhere.hits[0]?.origin?.isCurrent).toBe(true);
  expect(everywhere.hits[0]?.origin?.commitOid).toMatch(/^[0-9a-f]{40}$/);
  const second = await page('message', {
    snapshot: null,
    wanted: { ...wanted, repositoryIds: [ids.second] },
  });
  expect(paths(second)).toEqual(['app/postbox.ts']);
});

test('a pattern that takes longer than it may ends in an error that names it', async () => {
  await expect(page('/mess.*age/', { patternSeconds: 0 })).rejects.toMatchObject({
    code: 'PATTERN_TIMED_OUT',
    message: expect.stringContaining('/mess.*age/') as string,
  });
  expect((await page('/mess.*age/')).total).toBeGreaterThan(0);
});

test('a look-up of names gives entries of that name and no others', async () => {
  const { candidates } = await findCandidates(
    projectScopedSql(opened.database.system, world.projectId),
    { projectId: world.projectId, snapshot: snapshotOf(main), kinds: null, pathPrefix: null },
    {
      question: readQuestionOrThrow('createQueue'),
      ways: { words: false, names: true, meaning: false, filters: false },
      vector: null,
      model: null,
    },
  );
  expect(candidates.map(({ path }) => path)).toEqual(['src/queue.ts']);
});

test('what is remembered of a word is what a count would say, after each new passage too', async () => {
  const counts = new WordCounts();
  const third = await world.connect();
  const files = Object.fromEntries(
    Array.from({ length: 70 }, (_, at) => [`src/part-${at}.txt`, `Lantern number ${at} is lit.\n`]),
  );
  const heldOf = async (snapshot: EndedSync) => {
    const found = await findCandidates(
      projectScopedSql(opened.database.system, world.projectId),
      { projectId: world.projectId, snapshot: snapshotOf(snapshot), kinds: null, pathPrefix: null },
      {
        question: readQuestionOrThrow('lantern of a lighthouse'),
        ways: { words: true, names: false, meaning: false, filters: false },
        vector: null,
        model: null,
        counts,
      },
    );
    return { held: found.collection.held, hits: found.candidates.map(({ hash }) => hash) };
  };
  third.at.commit('main', files);
  const lit = await world.sync(third.id);
  const first = await heldOf(lit);
  expect(first.held).toEqual([70, 0]);
  expect(counts.of(world.projectId, ['lantern']).held).toEqual([70]);
  expect(await heldOf(lit)).toEqual(first);
  third.at.commit('main', { ...files, 'src/tower.txt': 'The lighthouse has a lantern.\n' });
  const tower = await world.sync(third.id);
  expect((await heldOf(tower)).held).toEqual([71, 1]);
  expect(await heldOf(main)).toEqual({ held: [], hits: [] });
});

test('one question costs two statements', async () => {
  statements = 0;
  await page('create queue message', { mode: 'HYBRID', furtherSnapshots: [snapshotOf(other)] });
  expect(statements).toBe(2);
});

test('operators find one passage among thousands of a project, whichever piece of them it is in', async () => {
  const wanted = { syncId: null, repositoryIds: null, branch: null, names: [] };
  const everywhere = () => page('/parcel[3-4] = load/', { snapshot: null, wanted });
  const found = paths(await everywhere());
  expect(found).toHaveLength(1);
  await opened.database.system.execute(
    `INSERT INTO passage (project_id, hash, text, tokens, words)
     SELECT $1, md5('filler ' || n)::uuid, 'filler', 1, '' FROM generate_series(1, 3000) AS n`,
    [world.projectId],
  );
  expect(paths(await everywhere())).toEqual(found);
});

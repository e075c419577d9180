import { describe, expect, test } from 'vitest';
import { pathKind } from './path-kind.ts';
import { LONGEST_QUESTION, readQuestion, readQuestionOrThrow, readTask } from './read-question.ts';

describe('the operators of a question', () => {
  test('are taken out of its text and kept apart', () => {
    const { filters, text } = readQuestionOrThrow(
      'retry "not found" path:src/*.ts lang:ts repo:api sym:createQueue -deprecated',
    );
    expect(filters).toEqual({
      phrases: ['not found'],
      pattern: null,
      paths: ['src/*.ts'],
      languages: ['ts'],
      repositories: ['api'],
      symbols: ['createQueue'],
      excluded: ['deprecated'],
    });
    expect(text.split(/\s+/)).toEqual(['retry', 'not', 'found', 'createQueue']);
  });

  test('may have values with spaces', () => {
    expect(readQuestionOrThrow('path:"my folder/a" x').filters.paths).toEqual(['my folder/a']);
  });

  test('take a pattern between slashes, but no path for one', () => {
    expect(readQuestionOrThrow('/time ?out\\d+/').filters.pattern).toBe('time ?out\\d+');
    expect(readQuestionOrThrow('read /users/{id}').filters.pattern).toBeNull();
    expect(readQuestionOrThrow('open src/a/b.ts').filters.pattern).toBeNull();
  });

  test.each(['path:', 'lang: ts', 'repo:', 'sym:""', '""'])(
    'without a value are a problem (%s)',
    (question) => {
      expect(readQuestion(question)).toMatchObject({ code: 'OPERAND_MISSING', message: /needs a value/ });
    },
  );

  test('leave flags, negative numbers and compound words alone', () => {
    for (const question of ['how often -v was given', 'at -1', 'a built-in function', '--help'])
      expect(readQuestionOrThrow(question).filters.excluded, question).toEqual([]);
  });

  test('mean nothing in a long text, where a colon or a dash is a part of a sentence', () => {
    const { filters } = readQuestionOrThrow(`path: is missing -foo "a"\n${'a log line\n'.repeat(40)}`);
    expect(Object.values(filters).flat().filter(Boolean)).toEqual([]);
  });
});

test.each(['(a+)+\\1', '(?=a)', '(?<!a)b', 'a{1000}{1000}', 'a('.repeat(120), '(', '[z-a]'])(
  'a pattern that could take for ever, or is none, is refused (%s)',
  (pattern) => {
    expect(readQuestion(`/${pattern}/`)).toMatchObject({ code: 'PATTERN_INVALID' });
  },
);

describe('a question', () => {
  test('of a megabyte is refused in words, and the longest allowed one is read in a moment', () => {
    expect(readQuestion('x'.repeat(1_000_000))).toMatchObject({ code: 'QUESTION_TOO_LONG' });
    const begun = performance.now();
    readQuestion('where is `a.b` read /x '.repeat(5000).slice(0, LONGEST_QUESTION));
    readQuestion('"/-:('.repeat(20_000));
    readQuestion('Error: x\n'.repeat(11_000));
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  test('that is one name is known as one, however it is written and whatever stands beside it', () => {
    for (const question of [
      'createQueue',
      'create_queue',
      'Router.add',
      'InvalidArgumentError class',
      'etag_matches?',
    ])
      expect(readQuestionOrThrow(question).isName, question).toBe(true);
    for (const question of ['how do I add a route', 'weakable map', ''])
      expect(readQuestionOrThrow(question).isName).toBe(false);
    expect(readQuestionOrThrow('weakable map').names).toContain('weakable map');
  });

  test('names code among other words', () => {
    expect(readQuestionOrThrow('why does parseAsync call Router::add twice').names).toEqual(
      expect.arrayContaining(['parseAsync', 'Router::add']),
    );
  });

  test('keeps each word once', () => {
    expect(readQuestionOrThrow('queue queues the queue').words).toMatchObject([{ word: 'queu' }]);
  });
});

test('an issue is read for what it asks: template, environment and fences are dropped, errors count more than code', () => {
  const { words, text, files, isName } = readQuestionOrThrow(
    [
      '### Describe the bug',
      '<!-- a hint of the template -->',
      '- Node.js version: 20.1',
      '- [x] I have read the documentation.',
      'The upload never finishes when the server closes early.',
      '```',
      'const secretword = start();',
      'TypeError: brokenpipe happened',
      '    at Upload.send (/app/lib/upload.js:12:5)',
      '```',
      'x'.repeat(400),
    ].join('\n'),
  );
  const weights = new Map(words.map(({ word, weight }) => [word, weight]));
  expect(weights.has('hint')).toBe(false);
  expect(weights.has('node')).toBe(false);
  expect(weights.get('upload')).toBeGreaterThanOrEqual(1);
  expect(weights.get('secretword')).toBe(0.5);
  expect(weights.get('brokenpip')).toBe(1.5);
  expect(files).toEqual(['upload.js']);
  expect(text).not.toContain('secretword');
  expect(isName).toBe(false);
});

test.each([
  ['src/router.ts', 'source'],
  ['src/context.go', 'source'],
  ['src/router.test.ts', 'test'],
  ['tests/router.ts', 'test'],
  ['middleware/compress_test.go', 'test'],
  ['tests/test_utils.py', 'test'],
  ['src/test/java/org/a/ParserTest.java', 'test'],
  ['typings/index.test-d.ts', 'test'],
  ['src/latest.ts', 'source'],
  ['src/contest/attest.ts', 'source'],
  ['CHANGELOG.md', 'changelog'],
  ['docs/changes.md', 'changelog'],
  ['docs/zh-CN/options.md', 'translation'],
  ['docs/en/options.md', 'document'],
  ['docs/user/advanced.rst', 'document'],
  ['Readme_zh-CN.md', 'translation'],
  ['examples/a.js', 'example'],
  ['_examples/rest/main.go', 'example'],
  ['LICENSE', 'meta'],
  ['.github/workflows/a.yml', 'meta'],
  ['typings/index.d.ts', 'typing'],
  ['README.md', 'document'],
  ['docs/index.html', 'document'],
  ['web/styles/main.scss', 'layout'],
  ['web/views/jobs.html.erb', 'layout'],
])('the path %s is of kind %s', (path, kind) => {
  expect(pathKind(path)).toBe(kind);
});

describe('a task', () => {
  const issue = [
    'Requests hang after a redirect',
    'See https://example.com/o/r/blob/main/src/follow-redirect.ts#L12 and https://example.com/zebra/issues/3 for more of it.',
    '- [x] I have read the code of conduct',
    ...Array.from({ length: 5 }, () => 'The socket is never closed.'),
    'Fixes #12',
    'Co-authored-by: A Zebra <zebra@example.com>',
  ].join('\n');
  const words = (text: string) => {
    const read = readTask(text);
    return 'code' in read ? [read.code] : read.words.map(({ word }) => word);
  };

  test('is read without people, numbers of issues and addresses, but with the files that links lead to', () => {
    expect(words(issue)).toEqual(expect.arrayContaining(['socket', 'redirect', 'follow']));
    for (const word of ['zebra', 'http', 'example', 'conduct', 'fix'])
      expect(words(issue)).not.toContain(word);
  });
  test('has no operators: what looks like one is a part of what is to be done', () => {
    const read = readTask('remove "old flag" -verbose path:src');
    expect(read).toMatchObject({ filters: { phrases: [], excluded: [], paths: [] } });
  });
  test('is refused where it is longer than anything that is read', () => {
    expect(words('a '.repeat(600_000))).toEqual(['QUESTION_TOO_LONG']);
  });
});

import { describe, expect, test } from 'vitest';
import { plantedSecrets } from '../../testing/index.ts';
import { patternsOf, titlesOf } from '../../testing/patterns-of.ts';
import { disabledCheck, hardCodedSecret, runsText, swallowedError } from './text-finding.ts';

test('finds a swallowed error with its function, and not one that a comment explains', async () => {
  const swallowed = 'export function read() {\n  try { go(); } catch {}\n}\n';
  expect(await titlesOf(swallowedError, { 'a.ts': swallowed })).toEqual(['read swallows an error']);
  const explained = swallowed.replace('catch {}', 'catch { /* There is none yet. */ }');
  expect(await titlesOf(swallowedError, { 'a.ts': explained })).toEqual([]);
});

test.each([
  [
    'a comment above the attempt speaks of it',
    'a.ts',
    '// It may fail while the file is still open.\ntry {\n  go();\n} catch {}\n',
  ],
  ['a comment inside of it does', 'a.ts', 'try {\n  go(); // ignored: tried again\n} catch {}\n'],
  [
    'what follows is for that case',
    'a.ts',
    'function f() {\n  try {\n    return now();\n  } catch {}\n  return 0;\n}\n',
  ],
  ['it only ends something', 'a.ts', 'try {\n  await socket.close();\n} catch {}\n'],
  [
    'it only removes something',
    'a.py',
    'def f():\n    try:\n        del environ[key]\n    except Exception:\n        pass\n',
  ],
  ['Ruby names the error', 'a.rb', "begin\n  require 'x'\nrescue LoadError\nend\n"],
  [
    'it only ends something in Java',
    'A.java',
    'class A { void f() { try { in.closeQuietly(); } catch (IOException e) {} } }\n',
  ],
])('finds no swallowed error where %s', async (_, path, text) => {
  expect(await titlesOf(swallowedError, { [path]: text })).toEqual([]);
});

test.each([
  ['a comment speaks of something else', 'a.ts', '// Reads the list.\ntry {\n  go();\n} catch {}\n'],
  ['Ruby names none', 'a.rb', 'begin\n  go\nrescue\nend\n'],
  ['more is done than to end something', 'a.ts', 'try {\n  save();\n  socket.close();\n} catch {}\n'],
  [
    'Python names all of them',
    'a.py',
    'def f():\n    try:\n        save()\n    except Exception:\n        pass\n',
  ],
])('finds a swallowed error where %s', async (_, path, text) => {
  expect(await titlesOf(swallowedError, { [path]: text })).toHaveLength(1);
});

test('finds checks that are turned off without a reason, one finding a folder', async () => {
  const off = '/* eslint-disable no-undef */\na();\n// @ts-ignore\nb();\n';
  const [found, ...more] = await patternsOf(disabledCheck, { 'a.ts': off });
  expect([found?.places.length, more]).toEqual([2, []]);
  const reasoned =
    '// eslint-disable-next-line no-undef\na();\n/* eslint-disable no-undef -- the host defines it */\n// @ts-ignore: no types yet\nb();\n';
  expect(await titlesOf(disabledCheck, { 'a.ts': reasoned })).toEqual([]);
});

test('takes a comment that speaks of a mark for no mark', async () => {
  const marks = { 'a.py': 'x = f()  # like `# type: ignore` above\n' };
  expect(await titlesOf(disabledCheck, marks)).toEqual([]);
  expect(await titlesOf(disabledCheck, { 'a.py': 'x = f()  # seen  # type: ignore\n' })).toHaveLength(1);
});

test('finds code that is put together as text, and not a call with fixed parts', async () => {
  expect(await titlesOf(runsText, { 'a.ts': 'export const run = (x) => eval(`go(${x})`);\n' })).toHaveLength(
    1,
  );
  expect(await titlesOf(runsText, { 'a.ts': "execSync('ls');\nconst evaluate = eval;\n" })).toEqual([]);
});

describe('a secret', () => {
  const [planted] = plantedSecrets(1);
  const text = `export const key = '${planted?.secret ?? ''}';\n`;

  test('is found in source, without its value in the finding', async () => {
    const found = await patternsOf(hardCodedSecret, { 'a.ts': text });
    expect(found).toMatchObject([{ severity: 'CRITICAL', places: [{ startLine: 1 }] }]);
    expect(JSON.stringify(found)).not.toContain(planted?.secret);
  });

  test('of a test or a document is made up', async () => {
    expect(await titlesOf(hardCodedSecret, { 'a.test.ts': text, 'README.md': text })).toEqual([]);
  });
});

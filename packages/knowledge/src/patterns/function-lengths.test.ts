import { expect, test } from 'vitest';
import { factsOfText } from '../facts/facts-of-text.ts';
import { functionLengths } from './function-lengths.ts';

const lengthsOf = async (dialect: string, text: string) => {
  const facts = await factsOfText({ text, dialect });
  if (facts === null) throw new Error('There are facts of this language.');
  return functionLengths(facts, text).map(([{ qualifiedName }, lines]) => `${qualifiedName} ${lines}`);
};

test('comments, empty lines and functions inside are not the length of a function', async () => {
  const script =
    '/** Doc. */\nfunction outer() {\n  // one\n\n  /* two\n     three */\n  function inner() {\n    return 1;\n  }\n  return inner();\n}\n';
  expect(await lengthsOf('typescript', script)).toEqual(['outer 3', 'outer.inner 3']);
});

test('a doc string is no code, and a string that is used is', async () => {
  const python =
    '@with(\n  1,\n)\ndef f(a):\n    """One.\n\n    Two.\n    """\n    x = """three\n    four"""\n    # five\n    return x\n\n\ndef g(): return 1\n';
  expect(await lengthsOf('python', python)).toEqual(['f 4', 'g 1']);
});

test('a script or page between backticks is no code', async () => {
  const go = 'package a\n\nfunc f() string {\n\treturn `one\ntwo\nthree` + "`"\n}\n';
  expect(await lengthsOf('go', go)).toEqual(['f 3']);
});

import type { Node } from 'web-tree-sitter';
import { unquoted } from './definition-names.ts';

const runners =
  /^(?:describe|it|test|suite|context|specify|bench|feature|scenario|fdescribe|fit|xdescribe|xit)$/;

/** A test or a group of tests that a call declares. */
export interface TestCall {
  readonly title: string;
  /** The function or block that is run. */
  readonly body: Node;
}

/** Reads the title of a test from a call such as `it('works', …)`, `test.each(rows)('adds %i', …)` or RSpec's. */
export function testCallOf(call: Node): TestCall | null {
  if (call.type !== 'call_expression' && call.type !== 'call') return null;
  const callee = call.childForFieldName('function') ?? call.childForFieldName('method');
  if (callee === null || !runners.test(runnerOf(callee))) return null;
  const given = (call.childForFieldName('arguments')?.namedChildren ?? []).filter((each) => each !== null);
  const title = titleOf(given[0]);
  const run = call.childForFieldName('block') ?? given.findLast(({ type }) => /function/.test(type));
  if (title === '' || run === undefined) return null;
  return { title, body: run.childForFieldName('body') ?? run };
}

/** The text of a title, or the name of the class that a group of tests is about. */
function titleOf(argument: Node | undefined): string {
  const isTitle = /string|constant|identifier|scope_resolution/.test(argument?.type ?? '');
  return isTitle ? unquoted(argument?.text ?? '') : '';
}

/** The name at the root of a callee: of `test.only`, `it.each([1])` and `describe` alike. */
function runnerOf(callee: Node): string {
  let node: Node | null = callee;
  for (let depth = 0; node !== null && depth < 4; depth += 1) {
    const inner: Node | null = node.childForFieldName('object') ?? node.childForFieldName('function');
    if (inner === null) return node.text.slice(0, 40);
    node = inner;
  }
  return '';
}

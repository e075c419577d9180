import type { Node } from 'web-tree-sitter';
import { unquoted } from './definition-names.ts';

const runners =
  /^(?:describe|it|test|suite|context|specify|bench|feature|scenario|fdescribe|fit|xdescribe|xit)$/;

/** A test or a group of tests that a call declares. */
export interface TestCall {
  readonly title: string;
  /** The function or block that is run. */
  readonly body: Node | null;
}

/** Reads the title of a test from a call such as `it('works', …)`, `test.each(rows)('adds %i', …)` or RSpec's. */
export function testCallOf(call: Node): TestCall | null {
  if (call.type !== 'call_expression' && call.type !== 'call') return null;
  const callee = call.childForFieldName('function') ?? call.childForFieldName('method');
  if (callee === null || !runners.test(runnerOf(callee))) return null;
  const inArguments = call.childForFieldName('arguments')?.namedChildren ?? [];
  const [first] = inArguments;
  if (
    first === null ||
    first === undefined ||
    !/string|constant|identifier|scope_resolution/.test(first.type)
  )
    return null;
  const title = unquoted(first.text);
  const run =
    call.childForFieldName('block') ??
    inArguments.findLast((each) => each !== null && /function/.test(each.type));
  if (title === '' || run === undefined) return null;
  return { title, body: run?.childForFieldName('body') ?? run };
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

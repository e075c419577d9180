import type { PythonText } from './python-text.ts';

/** Statements above a use that are looked at for a check. */
const MOST_STATEMENTS = 12;
const MOST_LEVELS = 60;
const MOST_NODES = 20_000;

/**
 * The class that a check around a name says it has, as in `if isinstance(name, Class):` and behind an assertion of it. -1
 * where the check names several, or where the name is given another value behind it; null where there is no check.
 */
export function narrowedClass(text: PythonText, node: number): number | null {
  const { tree } = text.facts;
  const name = tree.text(node);
  let child = node;
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    const at = tree.parent(child);
    if (at < 0 || /^(?:function_definition|class_definition|lambda|module)$/.test(tree.type(at))) return null;
    for (const check of checksAt(text, at, child)) {
      const found = classChecked(text, check, name);
      if (found !== null) return isGivenBetween(text, { name, from: check, to: node }) ? -1 : found;
    }
    child = at;
  }
  return null;
}

/** The conditions that hold in one part of a statement or an expression. */
function* checksAt(text: PythonText, node: number, part: number): Generator<number> {
  const { tree } = text.facts;
  switch (tree.type(node)) {
    case 'if_statement':
    case 'elif_clause':
      if (tree.field(part) === 'consequence') yield tree.child(node, 'condition');
      return;
    case 'while_statement':
      if (tree.field(part) === 'body') yield tree.child(node, 'condition');
      return;
    case 'boolean_operator':
      if (tree.field(part) === 'right' && tree.has(node, 'and')) yield tree.child(node, 'left');
      return;
    case 'conditional_expression': {
      const [first, , condition] = [...tree.children(node)];
      if (part === first && condition !== undefined) yield condition;
      return;
    }
    case 'block':
      yield* assertionsAbove(text, part);
  }
}

function* assertionsAbove({ facts: { tree } }: PythonText, statement: number): Generator<number> {
  let before = tree.before(statement);
  for (let count = 0; before >= 0 && count < MOST_STATEMENTS; count += 1) {
    if (tree.type(before) === 'assert_statement') yield before + 2;
    before = tree.before(before);
  }
}

/** The class in `isinstance(name, Class)`, alone or together with other conditions; null where a check is none. */
function classChecked(text: PythonText, check: number, name: string): number | null {
  const { tree } = text.facts;
  if (check < 0) return null;
  if (tree.type(check) === 'parenthesized_expression') return classChecked(text, check + 2, name);
  if (tree.type(check) === 'boolean_operator' && tree.has(check, 'and'))
    return (
      classChecked(text, tree.child(check, 'right'), name) ??
      classChecked(text, tree.child(check, 'left'), name)
    );
  if (tree.type(check) !== 'call' || tree.text(tree.child(check, 'function')) !== 'isinstance') return null;
  const [value = -1, type = -1] = [...tree.children(tree.child(check, 'arguments'))].filter((each) =>
    /^[a-z]/.test(tree.type(each)),
  );
  if (tree.type(value) !== 'identifier' || tree.text(value) !== name) return null;
  return /^(?:identifier|attribute)$/.test(tree.type(type)) ? type : -1;
}

/** Whether a name is given a value between two nodes. */
function isGivenBetween(
  text: PythonText,
  { name, from, to }: { name: string; from: number; to: number },
): boolean {
  const { tree } = text.facts;
  if (to - from > MOST_NODES) return true;
  for (let node = from; node < to; node += 1)
    if (text.declaring[node] === 1 && tree.text(node) === name) return true;
  return false;
}

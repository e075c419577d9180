import type { FlatTree } from '../flat-tree.ts';

/** A declarator taken apart: `*name(void)`, `(*name)(int)`, `name[3]`, `Class::name`. */
export interface Declared {
  /** The node of the whole name, with the scopes before it. */
  readonly name: number;
  readonly isFunction: boolean;
  /** The node that holds a function's parameters; -1 for others. */
  readonly signature: number;
}

const wrappers =
  /^(?:pointer|reference|array|function|parenthesized|init|attributed|abstract_\w+|variadic|optional_parameter)_?declarator$/;

/** Declarators nest as deep as their types; no handwritten one is deeper than this. */
const DEEPEST = 40;

export function unwrap(tree: FlatTree, declarator: number): Declared | null {
  let at = declarator;
  let around = -1;
  for (let depth = 0; at >= 0 && depth < DEEPEST; depth += 1) {
    if (!wrappers.test(tree.type(at))) break;
    around = at;
    const inner = tree.child(at, 'declarator');
    at = inner >= 0 ? inner : firstWrapped(tree, at);
  }
  if (at < 0 || !/identifier|_name$/.test(tree.type(at))) return null;
  const isFunction = around >= 0 && tree.type(around) === 'function_declarator';
  return { name: at, isFunction, signature: isFunction ? around : -1 };
}

function firstWrapped(tree: FlatTree, node: number): number {
  for (const child of tree.children(node))
    if (wrappers.test(tree.type(child)) || /identifier$/.test(tree.type(child))) return child;
  return -1;
}

/** All declarators of a declaration: `int a, *b;` has two. */
export function declaratorsOf(tree: FlatTree, node: number): number[] {
  return [...tree.children(node)].filter((child) => tree.field(child) === 'declarator');
}

/** `a::b::c` as its parts. Template arguments are left out. */
export function pathOf(tree: FlatTree, node: number): string[] {
  const parts: string[] = [];
  let at = node;
  for (let depth = 0; at >= 0 && depth < DEEPEST; depth += 1) {
    if (tree.type(at) !== 'qualified_identifier') break;
    const scope = tree.child(at, 'scope');
    if (scope >= 0) parts.push(nameOf(tree, scope));
    at = tree.child(at, 'name');
  }
  return at < 0 ? parts : [...parts, nameOf(tree, at)];
}

/** The node of the last part of a path. */
export function lastOfPath(tree: FlatTree, node: number): number {
  let at = node;
  for (let depth = 0; depth < DEEPEST && tree.type(at) === 'qualified_identifier'; depth += 1) {
    const next = tree.child(at, 'name');
    if (next < 0) break;
    at = next;
  }
  return at;
}

function nameOf(tree: FlatTree, node: number): string {
  const name = tree.child(node, 'name');
  return tree.text(name >= 0 ? name : node);
}

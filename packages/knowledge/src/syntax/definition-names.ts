import type { Node } from 'web-tree-sitter';

const LONGEST_NAME = 200;
/** Nested declarators of C are followed this far. */
const DEEPEST_DECLARATOR = 12;
/** Nodes of which a declaration has one for each of its names. */
const parts =
  /^(?:variable_declarator|type_spec|type_alias|const_spec|var_spec|var_spec_list|const_element|property_element|variable_declaration)$/;
/** Names that are written as a child without a field. */
const bareNames = /^(?:name|function_name|simple_name|constant|variable)$/;

/** Returns the nodes that name what a definition defines: several for `const a = 1, b = 2`. */
export function nameNodesOf(node: Node): Node[] {
  const named = node.childrenForFieldName('name').filter((child) => child?.isNamed === true);
  if (named.length > 0) return named.filter((each) => !/pattern$/.test(each.type));
  const inParts = node.namedChildren.flatMap((child) =>
    child !== null && parts.test(child.type) ? nameNodesOf(child) : [],
  );
  if (inParts.length > 0) return inParts;
  const declared = node
    .childrenForFieldName('declarator')
    .flatMap((child) => (child === null ? [] : declaratorName(child)));
  if (declared.length > 0) return declared;
  const left =
    node.childForFieldName('left') ?? (node.type === 'impl_item' ? node.childForFieldName('type') : null);
  if (left !== null)
    return /^(?:pattern|expression)_list$/.test(left.type)
      ? left.namedChildren.filter((child) => child !== null)
      : [left];
  return node.namedChildren
    .filter((child) => child !== null && bareNames.test(child.type))
    .slice(0, 1) as Node[];
}

/** The name inside of the pointers, arrays and parameters that C writes around it. */
function declaratorName(given: Node): Node[] {
  let node = given;
  for (let depth = 0; depth < DEEPEST_DECLARATOR; depth += 1) {
    const named = node.childForFieldName('name');
    if (node.type === 'variable_declarator' && named !== null) return [named];
    const wraps = /^(?:parenthesized|reference)_declarator$/.test(node.type)
      ? node.namedChildren.at(-1)
      : null;
    const inner = node.childForFieldName('declarator') ?? wraps ?? null;
    if (inner === null) return [node];
    node = inner;
  }
  return [];
}

/** A name, and the containers that its own text spells out: `Shape::area` belongs to `Shape`. */
export function spelledName(node: Node): { name: string; owners: string[] } {
  const text = (node.text.split('\n', 1)[0] ?? '').slice(0, LONGEST_NAME);
  if (node.type === 'qualified_identifier' || node.type === 'scope_resolution') {
    const steps = text.split('::').filter((step) => step !== '');
    return { name: steps.at(-1) ?? text, owners: steps.slice(0, -1).map(withoutGenerics) };
  }
  if (node.type === 'variable_name') return { name: text.replace(/^\$/, ''), owners: [] };
  if (node.type === 'string') return { name: unquoted(text), owners: [] };
  return { name: /generic|template/.test(node.type) ? withoutGenerics(text) : text, owners: [] };
}

/** The type that a Go method belongs to by its receiver. */
export function receiverOf(node: Node): string[] {
  const type = node.childForFieldName('receiver')?.namedChild(0)?.childForFieldName('type')?.text;
  return type === undefined ? [] : [withoutGenerics(type.replace(/^\*/, ''))];
}

/** A quoted text without its quotes, in one line. */
export function unquoted(text: string): string {
  return text
    .replace(/^(["'`])([\s\S]*)\1$/, '$2')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_NAME);
}

const withoutGenerics = (text: string): string => text.replace(/[<[].*$/s, '').trim();

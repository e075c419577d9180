import type { Binding, TypeRef } from '../file-facts.ts';
import {
  firstNamed,
  memberBinding,
  typeOfDeclaration,
  typeOfRead,
  typeOfResult,
  type LanguageText,
} from '../language-text.ts';
import { bindingOf, typeOfDeclared } from '../scopes.ts';

const DEEPEST = 8;

const builtIn: ReadonlySet<string> = new Set(
  `Action Array Attribute Boolean Byte Char Console DateTime DateTimeOffset Decimal Dictionary Double Enum Exception Func
   Guid HashSet ICollection IDictionary IDisposable IEnumerable IEnumerator IList Int32 Int64 List Math Object Span
   String StringBuilder Task TimeSpan Tuple Type Uri ValueTask dynamic nameof var`.split(/\s+/),
);
/** Generic types that stand for their argument. */
const transparent: ReadonlySet<string> = new Set(['Task', 'ValueTask', 'Lazy', 'Nullable']);

/** The type that an annotation names; null for one of the language. */
export function typeOfAnnotation(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'identifier':
      return typeNamed(text, node);
    case 'nullable_type':
      return typeOfAnnotation(text, firstNamed(text, node), depth + 1);
    case 'qualified_name':
      return typeOfAnnotation(text, tree.child(node, 'name'), depth + 1);
    case 'generic_name': {
      const name = firstNamed(text, node);
      if (!transparent.has(tree.text(name))) return typeOfAnnotation(text, name, depth + 1);
      return typeOfAnnotation(
        text,
        firstNamed(text, tree.childOfType(node, 'type_argument_list')),
        depth + 1,
      );
    }
    default:
      return null;
  }
}

function typeNamed(text: LanguageText, node: number): TypeRef | null {
  const name = text.facts.tree.text(node);
  const declared = text.scopes.find(text.scopes.of(node), name);
  if (declared?.is === 'SYMBOL' && !isType(text, declared.symbol)) return { of: 'NAME', name };
  if (declared !== undefined && declared.is !== 'LOCAL') return typeOfDeclared(declared);
  return builtIn.has(name) ? null : { of: 'NAME', name };
}

const isType = (text: LanguageText, symbol: number): boolean =>
  /^(?:CLASS|INTERFACE|ENUM|TYPE)$/.test(text.facts.symbols[symbol]?.kind ?? '');

/** The type of a value, where constructors or declarations state it. */
export function typeOfExpression(text: LanguageText, node: number, depth = 0): TypeRef | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  switch (tree.type(node)) {
    case 'this':
      return ownerType(text, node);
    case 'base':
      return text.facts.symbols[ownerOf(text, node)]?.bases[0] ?? null;
    case 'identifier': {
      const declared = text.scopes.find(text.scopes.of(node), tree.text(node));
      return typeOfDeclaration(text, declared, (symbol) => typeOfSymbol(text, symbol));
    }
    case 'object_creation_expression':
      return typeOfAnnotation(text, tree.child(node, 'type'), depth + 1);
    case 'cast_expression':
      return typeOfAnnotation(text, tree.child(node, 'type'), depth + 1);
    case 'parenthesized_expression':
    case 'await_expression':
      return typeOfExpression(text, firstNamed(text, node), depth + 1);
    case 'member_access_expression':
      return typeOfRead(bindingOfExpression(text, node, depth + 1), (symbol) => typeOfSymbol(text, symbol));
    case 'invocation_expression':
      return typeOfResult(bindingOfCall(text, tree.child(node, 'function'), depth + 1));
    default:
      return null;
  }
}

/** The binding of a callee. A name that nothing around declares is a member of the class, inherited or in another part. */
export function bindingOfCall(text: LanguageText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  if (node < 0) return null;
  const name = tree.type(node) === 'generic_name' ? firstNamed(text, node) : node;
  const binding = bindingOfExpression(text, name, depth);
  if (binding?.to !== 'NAME' || binding.member) return binding;
  const owner = ownerType(text, node);
  return owner === null || builtIn.has(binding.name)
    ? null
    : { to: 'MEMBER', type: owner, name: binding.name };
}

/** The binding of an expression: a name, or a member of something whose type is stated. */
export function bindingOfExpression(text: LanguageText, node: number, depth = 0): Binding | null {
  const { tree } = text.facts;
  if (node < 0 || depth > DEEPEST) return null;
  if (tree.type(node) === 'identifier') {
    const declared = text.scopes.find(text.scopes.of(node), tree.text(node));
    if (declared !== undefined) return bindingOf(declared);
    return builtIn.has(tree.text(node)) ? null : { to: 'NAME', name: tree.text(node), member: false };
  }
  if (tree.type(node) !== 'member_access_expression') return null;
  const member = tree.child(node, 'name');
  const name = tree.text(tree.type(member) === 'generic_name' ? firstNamed(text, member) : member);
  const object = tree.child(node, 'expression');
  const type = typeOfExpression(text, object, depth + 1) ?? typeItself(text, object);
  return type === null ? { to: 'NAME', name, member: true } : memberBinding(text, type, name);
}

/** `Type.Member`: by custom types begin with a capital, and a name that a value has is none. */
function typeItself(text: LanguageText, node: number): TypeRef | null {
  const { tree } = text.facts;
  if (tree.type(node) !== 'identifier') return null;
  const declared = text.scopes.find(text.scopes.of(node), tree.text(node));
  if (declared?.is === 'SYMBOL') return isType(text, declared.symbol) ? typeOfDeclared(declared) : null;
  if (declared?.is === 'LOCAL' || !/^[A-Z]/.test(tree.text(node))) return null;
  return typeNamed(text, node);
}

/** The innermost type that a node stands in. */
function ownerOf(text: LanguageText, node: number): number {
  const { symbols } = text.facts;
  for (let at = text.inside[node] ?? -1; at >= 0; at = symbols[at]?.parent ?? -1)
    if (/^(?:CLASS|INTERFACE)$/.test(symbols[at]?.kind ?? '')) return at;
  return -1;
}

function ownerType(text: LanguageText, node: number): TypeRef | null {
  const owner = ownerOf(text, node);
  return owner < 0 ? null : { of: 'SYMBOL', symbol: owner };
}

/** The stated type of a field, property or variable, or the stated result of a method. */
export function typeOfSymbol(text: LanguageText, symbol: number): TypeRef | null {
  const { tree } = text.facts;
  const node = text.definedAt[symbol] ?? -1;
  if (node < 0 || isType(text, symbol)) return null;
  const result = tree.child(node, 'returns');
  if (result >= 0) return typeOfAnnotation(text, result);
  return typeOfAnnotation(
    text,
    tree.child(tree.type(node) === 'variable_declarator' ? tree.parent(node) : node, 'type'),
  );
}

import { addReference, type LanguageText } from '../language-text.ts';
import { bindingOfExpression, bindingOfParts, fieldBinding, typeOfExpression } from './types.ts';

/**
 * The arguments of a macro are tokens without a structure. Names that are declared, paths, and methods called on a name
 * are read from them, since most code of tests stands in `assert_eq!`.
 */
export function readMacroTokens(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const before = tokenBefore(text, node);
  if (tokenAfter(text, node) === '::') return;
  const kind = tokenAfter(text, node).startsWith('(') ? 'CALL' : 'READ';
  if (before === '::') {
    const path = pathBefore(text, node);
    const binding = path === null ? null : bindingOfParts(text, path, node);
    if (binding !== null) addReference(text, node, { binding, kind });
  } else if (before === '.') {
    const receiver = tree.before(tree.before(node));
    const isPlain =
      receiver >= 0 && /^(identifier|self)$/.test(tree.type(receiver)) && tokenBefore(text, receiver) !== '.';
    const type = isPlain ? typeOfExpression(text, receiver) : null;
    if (type !== null)
      addReference(text, node, {
        binding: fieldBinding(text, type, { name: tree.text(node), isCall: kind === 'CALL' }),
        kind,
      });
  } else {
    const binding = bindingOfExpression(text, node);
    if (binding !== null && binding.to !== 'NAME') addReference(text, node, { binding, kind });
  }
}

function tokenBefore(text: LanguageText, node: number): string {
  const { tree } = text.facts;
  const before = tree.before(node);
  return before < 0 ? '' : tree.text(before).slice(0, 3);
}

function tokenAfter(text: LanguageText, node: number): string {
  const { tree } = text.facts;
  const next = tree.last(node) + 1;
  return next < tree.count && tree.parent(next) === tree.parent(node)
    ? tree.source.slice(tree.start(next), tree.start(next) + 2)
    : '';
}

function pathBefore(text: LanguageText, node: number): string[] | null {
  const { tree } = text.facts;
  const path = [tree.text(node)];
  let at = node;
  while (path.length < 20 && tokenBefore(text, at) === '::') {
    at = tree.before(tree.before(at));
    if (at < 0 || !/^(identifier|self|super|crate|primitive_type)$/.test(tree.type(at))) return null;
    path.unshift(tree.text(at));
  }
  return path;
}

import type { LanguageText } from '../language-text.ts';

/** `use A\B;`, `use A\{B, C as D};`, `use function A\f;`: a list becomes one import for each of its names. */
export function declareUse(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  const group = tree.child(node, 'body');
  const prefix = group < 0 ? '' : `${tree.text(Math.max(0, tree.childOfType(node, 'namespace_name')))}\\`;
  for (const clause of tree.children(group < 0 ? node : group)) {
    if (tree.type(clause) !== 'namespace_use_clause') continue;
    const named = [...tree.children(clause)].find((child) =>
      /^(?:qualified_name|name)$/.test(tree.type(child)),
    );
    if (named === undefined) continue;
    const alias = tree.child(clause, 'alias');
    importName(text, clause, {
      specifier: (prefix + tree.text(named)).replace(/^\\/, ''),
      alias: alias < 0 ? null : tree.text(alias),
    });
  }
}

function importName(
  text: LanguageText,
  node: number,
  { specifier, alias }: { specifier: string; alias: string | null },
): void {
  const { facts, scopes, paths } = text;
  const name = specifier.slice(specifier.lastIndexOf('\\') + 1);
  const local = alias ?? name;
  const index = facts.import({
    kind: 'IMPORT',
    specifier,
    line: facts.tree.line(node),
    isTypeOnly: false,
    names: [{ name, alias: local }],
    isWildcard: false,
  });
  if (index < 0) return;
  paths.set(specifier, index);
  scopes.declare(0, local, { is: 'IMPORT', import: index, name });
}

/** `require 'x.php'` and `require __DIR__ . '/x.php'`; a path that is computed otherwise is not known. */
export function declareInclude(text: LanguageText, node: number): void {
  const { facts } = text;
  const { tree } = facts;
  const match = /^\w+\s*\(?\s*(__DIR__\s*\.\s*)?(['"])([^'"$]+)\2\s*\)?$/.exec(
    tree.text(node).slice(0, 1000),
  );
  if (match === null) return;
  facts.import({
    kind: 'INCLUDE',
    specifier: match[1] === undefined ? (match[3] ?? '') : `./${(match[3] ?? '').replace(/^\/+/, '')}`,
    line: tree.line(node),
    isTypeOnly: false,
    names: [],
    isWildcard: false,
  });
}

import type { Node } from 'web-tree-sitter';
import { readDefinition, type Inside, type ReadDefinition } from '../syntax/read-definition.ts';
import type { Definition, DefinitionKind } from './split-entry.ts';

/** A definition of a file, with those inside it. */
export interface TreeItem {
  /** The first row, with the comments and decorators that lead the definition. */
  readonly from: number;
  readonly to: number;
  readonly symbol: string;
  readonly parents: readonly string[];
  readonly kind: DefinitionKind | null;
  readonly inside: Inside | null;
  /** The row of its name, and the text from its beginning to its body. */
  readonly row: number;
  readonly signature: string;
  readonly children: readonly TreeItem[];
}

/** The definitions of a file: as a tree, and in the order of their lines. */
export interface DefinitionTree {
  readonly items: readonly TreeItem[];
  readonly definitions: readonly Definition[];
}

/** Nodes that belong to the statement below them. */
export const leading = /comment|decorator|attribute|annotation(?!_type)/;
/** Nodes around definitions that are no scope of their own. */
const transparent =
  /^(?:preproc_(?:if|ifdef|else|elif|elifdef)|linkage_specification|declaration_list|if_statement|try_statement|except_clause|else_clause|block|singleton_class|body_statement|statement_list|enum_body_declarations|template_declaration|compound_statement|ERROR)$/;
/** Statements of a function that may define a function, a class or a test. */
const mayDefine =
  /^(?:function_declaration|generator_function_declaration|function_definition|function_item|local_function_statement|class_declaration|abstract_class_declaration|class_definition|decorated_definition|method_definition|lexical_declaration|variable_declaration|short_var_declaration|assignment_expression|expression_statement|call|method|singleton_method|class|module|function_expression|generator_function)$/;
/** A statement that says so on its first line, or goes on below it, is worth reading. */
const hint =
  /=>|\bfunc(?:tion)?\b|\bclass\b|\bdef\b|\bfn\b|\b(?:describe|it|test|suite|context|specify|bench)\b|\b(?:attr|define|alias)_\w/;
const memberKinds: Partial<Record<DefinitionKind, DefinitionKind>> = {
  FUNCTION: 'METHOD',
  VARIABLE: 'FIELD',
};
/** Nesting deeper than people write is not followed. */
const DEEPEST = 6;
const DEEPEST_CODE = 40;
/** No file that a person wrote defines more; a generated one would only fill an index. */
const MOST_DEFINITIONS = 20_000;
const MOST_SIGNATURE_ROWS = 6;
const LONGEST_SIGNATURE = 200;
/** As much of a statement as is looked at for a hint, and as much of a name as is stored. */
const LONGEST_HINT = 300;
const LONGEST_NAME = 300;

/** Reads the definitions of a parsed file. */
export function definitionTree(root: Node, lines: readonly string[]): DefinitionTree {
  const reader = new TreeReader(lines);
  const items = reader.members(root, { parents: [], kind: null, depth: 0 });
  return { items, definitions: reader.definitions.toSorted((a, b) => a.line - b.line) };
}

/** Where members are read: the names of their containers, and what the innermost is. */
interface Scope {
  readonly parents: readonly string[];
  readonly kind: DefinitionKind | null;
  readonly depth: number;
}

class TreeReader {
  readonly definitions: Definition[] = [];
  readonly #lines: readonly string[];

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** The definitions among the children of a file, a class, a namespace or an object. */
  members(parent: Node, scope: Scope): TreeItem[] {
    const items: TreeItem[] = [];
    let lead: number | null = null;
    for (const child of parent.namedChildren) {
      if (child === null) continue;
      if (leading.test(child.type)) {
        // A comment behind a statement, on its last line, belongs to that one.
        if (lead === null && items.at(-1)?.to !== child.startPosition.row) lead = child.startPosition.row;
        continue;
      }
      for (const item of this.#member(child, lead ?? child.startPosition.row, scope)) items.push(item);
      lead = null;
    }
    return items;
  }

  #member(child: Node, from: number, scope: Scope): TreeItem[] {
    if (this.definitions.length >= MOST_DEFINITIONS) return [];
    // The members of a TypeScript enum are bare names.
    if (child.type === 'property_identifier' && scope.kind === 'ENUM') {
      this.#define(scope, { name: child.text, row: child.startPosition.row, kind: 'CONSTANT' });
      return [];
    }
    const found = readDefinition(child);
    if (found !== null) return [this.#item(child, found, { ...scope, from })];
    if (scope.depth >= DEEPEST) return [];
    if (transparent.test(child.type)) return this.members(child, { ...scope, depth: scope.depth + 1 });
    return child.endPosition.row === child.startPosition.row ? [] : this.#code(child, scope);
  }

  #item(node: Node, found: ReadDefinition, { from, ...scope }: Scope & { from: number }): TreeItem {
    const parents = [...scope.parents, ...found.owners];
    for (const name of found.names) this.#define({ ...scope, parents }, name);
    const inner: Scope = { parents: [...parents, found.symbol], kind: found.kind, depth: scope.depth + 1 };
    return {
      from,
      to: node.endPosition.row,
      symbol: found.symbol,
      parents,
      kind: found.kind,
      inside: found.inside,
      row: found.row,
      signature: this.#signature(node, found),
      children: found.body === null || inner.depth > DEEPEST ? [] : this.#inside(found, found.body, inner),
    };
  }

  #inside({ inside, row }: ReadDefinition, body: Node, scope: Scope): TreeItem[] {
    if (inside === null) return [];
    if (inside !== 'CODE') return this.members(body, scope);
    for (let below = row + 1; below <= body.endPosition.row; below += 1)
      if (hint.test(this.#lines[below] ?? '')) return this.#code(body, scope);
    return [];
  }

  /**
   * The functions, classes and tests inside of statements. A cursor visits only what spans lines, since most nodes of a
   * function are expressions on one line.
   */
  #code(body: Node, scope: Scope): TreeItem[] {
    const items: TreeItem[] = [];
    const cursor = body.walk();
    let depth = 0;
    try {
      for (;;) {
        const entered = this.#enter(cursor, depth, { scope, items });
        if (entered && cursor.gotoFirstChild()) {
          depth += 1;
          continue;
        }
        while (depth === 0 || !cursor.gotoNextSibling()) {
          if (depth === 0 || !cursor.gotoParent()) return items;
          depth -= 1;
        }
      }
    } finally {
      cursor.delete();
    }
  }

  /** Takes the definition at a cursor, and returns whether to look inside the node instead. */
  #enter(
    cursor: ReturnType<Node['walk']>,
    depth: number,
    { scope, items }: { scope: Scope; items: TreeItem[] },
  ): boolean {
    const { row, column } = cursor.startPosition;
    const spansLines = cursor.endPosition.row > row;
    if (depth === 0) return true;
    if (this.definitions.length >= MOST_DEFINITIONS || depth > DEEPEST_CODE) return false;
    if (mayDefine.test(cursor.nodeType) && (spansLines || this.#hasHint(row, column))) {
      const node = cursor.currentNode;
      const found = readDefinition(node);
      if (found !== null && isCode(found)) {
        items.push(this.#item(node, found, { ...scope, from: this.#leadOf(row, items) }));
        return false;
      }
    }
    return spansLines;
  }

  #hasHint(row: number, column: number): boolean {
    return hint.test((this.#lines[row] ?? '').slice(column, column + LONGEST_HINT));
  }

  /** The first row of the comment right above a row. */
  #leadOf(row: number, items: readonly TreeItem[]): number {
    const least = (items.at(-1)?.to ?? -1) + 1;
    let from = row;
    while (from > least && /^\s*(?:\/\/|\/\*|\*|#(?!\w)|@\w)/.test(this.#lines[from - 1] ?? '')) from -= 1;
    return from;
  }

  #define(scope: Scope, { name, row, kind }: { name: string; row: number; kind: DefinitionKind }): void {
    if (name === '' || this.definitions.length >= MOST_DEFINITIONS) return;
    const isMember = scope.kind === 'CLASS' || scope.kind === 'INTERFACE' || scope.kind === null;
    const actual = isMember && scope.parents.length > 0 ? (memberKinds[kind] ?? kind) : kind;
    const joined = qualified(scope.parents, name);
    // Namespaces of C++ are containers like any other; a style's `a::before` and a test's title are no path.
    const qualifiedName =
      kind === 'STYLE' || kind === 'TEST' ? joined : joined.replace(/(\w)::(?=\w)/g, '$1.');
    this.definitions.push({ name, qualifiedName, kind: actual, line: row + 1 });
  }

  /** The text of a definition up to its body, in one line. A line of minified code is read for its beginning only. */
  #signature(node: Node, { row, body, kind, symbol }: ReadDefinition): string {
    if (kind === 'TEST') return symbol;
    const start = node.startPosition;
    const first = start.row === row ? start.column : 0;
    const end = body?.startPosition ?? { row, column: Number.POSITIVE_INFINITY };
    const last = Math.max(row, Math.min(end.row, row + MOST_SIGNATURE_ROWS));
    let text = '';
    for (let at = row; at <= last; at += 1) {
      const from = at === row ? first : 0;
      const to = at === end.row && end.column > from ? end.column : from + LONGEST_SIGNATURE;
      text += ` ${(this.#lines[at] ?? '').slice(from, Math.min(to, from + LONGEST_SIGNATURE))}`;
    }
    return text
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/\s*(?:=>)?\s*\{?$/, '')
      .slice(0, LONGEST_SIGNATURE);
  }
}

/** A name below those of its containers. Where titles of tests make it too long, the outermost are left out. */
function qualified(parents: readonly string[], name: string): string {
  let joined = name.slice(0, LONGEST_NAME);
  for (const parent of parents.toReversed()) {
    if (parent.length + joined.length >= LONGEST_NAME) break;
    joined = `${parent}.${joined}`;
  }
  return joined;
}

/** Whether a definition inside of a function is more than a variable of it. */
const isCode = ({ kind, inside, body }: ReadDefinition): boolean =>
  kind === 'FUNCTION' ||
  kind === 'METHOD' ||
  kind === 'CLASS' ||
  kind === 'MODULE' ||
  kind === 'FIELD' ||
  kind === 'TEST' ||
  (inside === 'CODE' && body !== null);

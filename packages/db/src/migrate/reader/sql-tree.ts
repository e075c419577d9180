import { loadModule, parsePlPgSQLSync, parseSync } from 'libpg-query';

/** A parse tree. Its shape follows PostgreSQL's version, so fields are read by name instead of being typed. */
export type Tree =
  string | number | boolean | null | undefined | readonly Tree[] | { readonly [name: string]: Tree };
export type Branch = { readonly [name: string]: Tree };

/** One statement of a script. */
export interface Statement {
  readonly type: string;
  readonly body: Branch;
  readonly text: string;
  readonly line: number;
  /** The comments and white space before it. */
  readonly lead: string;
}

/** Loads the parser, which is WebAssembly. Parsing is synchronous afterwards. */
export const loadParser = loadModule;

/** Parses a script with PostgreSQL's own parser. Throws where the server would report a syntax error. */
export function parseScript(sql: string): Statement[] {
  const bytes = Buffer.from(sql);
  const parsed = parseSync(sql) as unknown as Branch;
  let end = 0;
  return list(parsed['stmts']).map((raw) => {
    const start = number(branch(raw)['stmt_location']);
    const length = number(branch(raw)['stmt_len']) || bytes.length - start;
    const text = bytes.subarray(start, start + length).toString();
    const lead = /^(?:\s|--[^\n]*\n?|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '';
    const before = bytes.subarray(0, start).toString() + lead;
    const between = bytes.subarray(end, start).toString() + lead;
    end = start + length;
    const [type, body] = Object.entries(branch(branch(raw)['stmt']))[0] ?? ['', {}];
    return {
      type,
      body: branch(body),
      text: text.slice(lead.length),
      line: before.split('\n').length,
      lead: between,
    };
  });
}

/** Parses the body of a DO block or a plpgsql function, given the whole statement around it. */
export function parseCode(statement: string): Tree {
  return parsePlPgSQLSync(statement) as unknown as Tree;
}

/** Yields every node of a tree with its type, outermost first. */
export function* nodes(tree: Tree): Generator<readonly [type: string, body: Branch]> {
  if (isList(tree)) {
    for (const item of tree) yield* nodes(item);
  } else if (typeof tree === 'object' && tree !== null) {
    for (const [name, value] of Object.entries(tree)) {
      if (typeof value === 'object' && value !== null && !isList(value)) yield [name, value];
      yield* nodes(value);
    }
  }
}

export function list(tree: Tree): readonly Tree[] {
  return isList(tree) ? tree : [];
}

export function branch(tree: Tree): Branch {
  return typeof tree === 'object' && tree !== null && !isList(tree) ? tree : {};
}

export function text(tree: Tree): string {
  return typeof tree === 'string' ? tree : '';
}

export function number(tree: Tree): number {
  return typeof tree === 'number' ? tree : 0;
}

/** Returns the node of the named type in a field such as `{ ColumnDef: … }`. */
export function only(tree: Tree, type: string): Branch | undefined {
  const found = branch(tree)[type];
  return found === undefined ? undefined : branch(found);
}

/** Returns the words of a possibly qualified name: a list of String nodes, or a single one. */
export function words(tree: Tree): string[] {
  const single = only(tree, 'String');
  if (single !== undefined) return [text(single['sval'])];
  const items =
    only(tree, 'List')?.['items'] ??
    only(tree, 'TypeName')?.['names'] ??
    only(tree, 'ObjectWithArgs')?.['objname'];
  return [...list(items ?? tree)].flatMap((item) => words(item));
}

function isList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}

/** The name of a relation. The schema is empty where the statement does not name it. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** Returns the name in a RangeVar. */
export function relationOf(node: Branch): RelationName {
  return { schema: text(node['schemaname']), name: text(node['relname']) };
}

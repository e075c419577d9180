import { branch, list, nodes, only, type Tree, text, words } from './sql-tree.ts';

/** Returns whether a WHERE really selects rows: `true`, `1 = 1`, `id = id` and an OR with one of these do not. */
export function isChoosing(where: Tree): boolean {
  if (where === undefined) return false;
  const bool = only(where, 'BoolExpr');
  if (bool !== undefined) {
    const arms = list(bool['args']);
    if (bool['boolop'] === 'AND_EXPR') return arms.some(isChoosing);
    if (bool['boolop'] === 'OR_EXPR') return arms.every(isChoosing) && !areComplements(arms);
    return arms.every(isChoosing);
  }
  const expression = only(where, 'A_Expr');
  if (expression !== undefined && plain(expression['lexpr']) === plain(expression['rexpr'])) return false;
  const link = only(where, 'SubLink');
  if (link !== undefined && link['subLinkType'] === 'EXISTS_SUBLINK') {
    return isChoosing(only(link['subselect'], 'SelectStmt')?.['whereClause']);
  }
  return [...nodes({ where })].some(([type]) => type === 'ColumnRef' || type === 'CurrentOfExpr');
}

/** Returns whether rows are selected by the value of a column: `column = constant`, or one of several constants. */
export function isPinned(where: Tree): boolean {
  return conjuncts(where).some((conjunct) => {
    const expression = only(conjunct, 'A_Expr');
    if (expression === undefined || words(expression['name']).join('') !== '=') return false;
    const kind = expression['kind'];
    if (kind !== 'AEXPR_OP' && kind !== 'AEXPR_IN') return false;
    const columns = [...nodes({ expression: expression['lexpr'] ?? null })].filter(
      ([type]) => type === 'ColumnRef',
    );
    const others = [...nodes({ expression: expression['rexpr'] ?? null })].filter(
      ([type]) => type === 'ColumnRef' || type === 'SubLink' || type === 'FuncCall',
    );
    return columns.length === 1 && others.length === 0;
  });
}

/** Returns the columns that must be null for a row to match. */
export function mustBeNull(where: Tree): Set<string> {
  return new Set(
    conjuncts(where).flatMap((conjunct) => {
      const test = only(conjunct, 'NullTest');
      if (test?.['nulltesttype'] !== 'IS_NULL') return [];
      const name = words(only(test['arg'], 'ColumnRef')?.['fields']).at(-1);
      return name === undefined ? [] : [name];
    }),
  );
}

function conjuncts(where: Tree): readonly Tree[] {
  const bool = only(where, 'BoolExpr');
  return bool?.['boolop'] === 'AND_EXPR' ? list(bool['args']).flatMap(conjuncts) : [where];
}

/** Returns whether an OR is always true: `x IS NULL OR x IS NOT NULL`. */
function areComplements(arms: readonly Tree[]): boolean {
  const tests = arms.map((arm) => only(arm, 'NullTest')).filter((test) => test !== undefined);
  return tests.some((one) =>
    tests.some(
      (other) => one['nulltesttype'] !== other['nulltesttype'] && plain(one['arg']) === plain(other['arg']),
    ),
  );
}

/** Prints a tree without source positions, to compare two of them. */
function plain(tree: Tree): string {
  return JSON.stringify(tree ?? null, (name, value: unknown) => (name === 'location' ? undefined : value));
}

/** Returns the text of an expression that is a constant. */
export function constantOf(tree: Tree): string | undefined {
  const constant = only(tree, 'A_Const');
  if (constant === undefined) {
    const cast = only(tree, 'TypeCast');
    return cast === undefined ? undefined : constantOf(cast['arg']);
  }
  const value = branch(constant['sval'])['sval'];
  return value === undefined && constant['sval'] !== undefined ? '' : text(value);
}

import type { KnownTable } from './catalogue.ts';
import { isChoosing, isPinned, mustBeNull } from './predicate.ts';
import type { Reading } from './report.ts';
import { branch, type Branch, list, only, type Tree, text } from './sql-tree.ts';

const beside =
  'Add a column or a table beside it, fill that from the old one, and leave the old one as it is.';
const supersede =
  'Mark rows as superseded, or leave them; a project is let go by the application, which records it.';

/** UPDATE, DELETE, MERGE, INSERT … ON CONFLICT and TRUNCATE, wherever in a statement they stand. */
export function readWrite(reading: Reading, type: string, node: Branch): void {
  const { report } = reading;
  const relation = branch(node['relation']);
  const schema = text(relation['schemaname']);
  const name = text(relation['relname']);
  if (['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'].includes(type)) {
    if (
      schema === 'pg_catalog' ||
      schema === 'project_sync_guard' ||
      name.startsWith('pg_') ||
      name === '_prisma_migrations'
    )
      report.refuse(
        'system-tables',
        `${name} belongs to the database, the guard or the migrations' own record`,
        'Use DDL; leave the record to the runner.',
      );
  }
  switch (type) {
    case 'DeleteStmt':
      return readDelete(reading, schema, name, node['whereClause']);
    case 'UpdateStmt':
      for (const table of written(reading, schema, name)) {
        if (!isChoosing(node['whereClause']))
          report.refuse(
            'update-without-where',
            `it would rewrite every row of ${table.name}`,
            'Choose the rows: WHERE the new column IS NULL.',
          );
        readAssignments(reading, table, list(node['targetList']), mustBeNull(node['whereClause']));
      }
      return;
    case 'InsertStmt': {
      const conflict = branch(node['onConflictClause']);
      for (const table of written(reading, schema, name))
        readAssignments(reading, table, list(conflict['targetList']), mustBeNull(conflict['whereClause']));
      return;
    }
    case 'MergeStmt':
      for (const clause of list(node['mergeWhenClauses']).map(
        (item) => only(item, 'MergeWhenClause') ?? {},
      )) {
        if (clause['commandType'] === 'CMD_DELETE') readDelete(reading, schema, name, undefined);
        if (clause['commandType'] === 'CMD_UPDATE')
          for (const table of written(reading, schema, name))
            readAssignments(reading, table, list(clause['targetList']), mustBeNull(clause['condition']));
      }
      return;
    case 'TruncateStmt':
      for (const item of list(node['relations']).map((one) => only(one, 'RangeVar') ?? {})) {
        const found = [text(item['schemaname']), text(item['relname'])] as const;
        if (
          [...reading.catalogue.kept(...found), ...reading.catalogue.reached(...found, ['view', 'parent'])]
            .length > 0
        )
          report.refuse('truncate', `it would empty ${found[1]}`, supersede);
      }
      if (node['behavior'] === 'DROP_CASCADE')
        report.refuse(
          'truncate-cascade',
          'it empties every table that refers to these as well',
          'Name each table, without CASCADE.',
        );
      return;
    default:
  }
}

/** The kept tables that a write to this name changes: itself, through a view, or as the child of a parent. */
function written(reading: Reading, schema: string, name: string): KnownTable[] {
  return [
    ...reading.catalogue.kept(schema, name),
    ...reading.catalogue.reached(schema, name, ['view', 'parent']),
  ];
}

function readDelete(reading: Reading, schema: string, name: string, where: Tree): void {
  const { report, catalogue } = reading;
  for (const table of written(reading, schema, name)) {
    if (table.holds === 'vectors')
      report.refuse('delete-vectors', `rows of ${table.name} hold vectors`, supersede);
    else if (!isChoosing(where))
      report.refuse('delete-without-where', `it would empty ${table.name}`, supersede);
    else if (!isPinned(where))
      report.refuse(
        'delete-history',
        `${table.name} keeps history, and this WHERE names no row by its value`,
        supersede,
      );
    else report.warn('delete-history', `rows of ${table.name} are history`, supersede);
  }
  if (
    catalogue.reached(schema, name, ['view', 'parent', 'foreign key']).some((table) => table.holds !== null)
  )
    report.refuse('delete-cascades', `deleting from ${name} reaches what other tables keep`, supersede);
}

function readAssignments(
  reading: Reading,
  table: KnownTable,
  targets: readonly Tree[],
  nulls: ReadonlySet<string>,
): void {
  for (const target of targets) {
    const assignment = only(target, 'ResTarget') ?? {};
    const column = text(assignment['name']);
    if (table.truth.has(column) || table.truth.has('project_sync_unknown_name')) {
      if (only(assignment['val'], 'A_Const')?.['isnull'] === true)
        reading.report.refuse('null-out', `it would empty ${table.name}.${column}`, beside);
      else if (!nulls.has(column))
        reading.report.refuse(
          'overwrite',
          `it would replace what ${table.name}.${column} holds`,
          `Fill it only WHERE ${column} IS NULL. ${beside}`,
        );
    } else if (table.holds === 'vectors' && table.key.has(column)) {
      reading.report.refuse('rekey', `${table.name}.${column} says whose vector it is`, beside);
    }
  }
}

import type { KnownTable } from './catalogue.ts';
import { isChoosing, isPinned, mustBeNull } from './predicate.ts';
import type { Reading } from './report.ts';
import {
  branch,
  type Branch,
  list,
  only,
  relationOf,
  type RelationName,
  type Tree,
  text,
} from './sql-tree.ts';

const beside =
  'Add a column or a table beside it, fill that from the old one, and leave the old one unchanged.';
const supersede =
  'Mark rows as superseded, or leave them; the application purges a removed project and logs the purge.';

/** UPDATE, DELETE, MERGE, INSERT … ON CONFLICT and TRUNCATE, anywhere in a statement. */
export function readWrite(reading: Reading, type: string, node: Branch): void {
  const rule = writeRules[type];
  if (rule === undefined) return;
  const target = relationOf(branch(node['relation']));
  if (type !== 'TruncateStmt') refuseSystemTable(reading, target);
  rule(reading, node, target);
}

type WriteRule = (reading: Reading, node: Branch, target: RelationName) => void;

const writeRules: Readonly<Record<string, WriteRule>> = {
  DeleteStmt: (reading, node, target) => readDelete(reading, target, node['whereClause']),
  UpdateStmt: readUpdate,
  InsertStmt: readUpsert,
  MergeStmt: readMerge,
  TruncateStmt: readTruncate,
};

function refuseSystemTable({ report }: Reading, { schema, name }: RelationName): void {
  if (
    schema === 'pg_catalog' ||
    schema === 'project_sync_guard' ||
    name.startsWith('pg_') ||
    name === '_prisma_migrations'
  )
    report.refuse(
      'system-tables',
      `${name} belongs to PostgreSQL, to the guard or to the migration ledger`,
      'Use DDL; leave the ledger to the runner.',
    );
}

function readUpdate(reading: Reading, node: Branch, target: RelationName): void {
  for (const table of written(reading, target)) {
    if (!isChoosing(node['whereClause']))
      reading.report.refuse(
        'update-without-where',
        `it would rewrite every row of ${table.name}`,
        'Select the rows: WHERE the new column IS NULL.',
      );
    readAssignments(reading, table, { targets: node['targetList'], where: node['whereClause'] });
  }
}

function readUpsert(reading: Reading, node: Branch, target: RelationName): void {
  const conflict = branch(node['onConflictClause']);
  for (const table of written(reading, target))
    readAssignments(reading, table, { targets: conflict['targetList'], where: conflict['whereClause'] });
}

function readMerge(reading: Reading, node: Branch, target: RelationName): void {
  for (const item of list(node['mergeWhenClauses'])) {
    const clause = only(item, 'MergeWhenClause') ?? {};
    if (clause['commandType'] === 'CMD_DELETE') readDelete(reading, target, undefined);
    if (clause['commandType'] === 'CMD_UPDATE')
      for (const table of written(reading, target))
        readAssignments(reading, table, { targets: clause['targetList'], where: clause['condition'] });
  }
}

function readTruncate(reading: Reading, node: Branch): void {
  for (const item of list(node['relations'])) {
    const target = relationOf(only(item, 'RangeVar') ?? {});
    if (written(reading, target).length > 0)
      reading.report.refuse('truncate', `it would empty ${target.name}`, supersede);
  }
  if (node['behavior'] === 'DROP_CASCADE')
    reading.report.refuse(
      'truncate-cascade',
      'it also empties every table that refers to these',
      'Name each table, without CASCADE.',
    );
}

/** Returns the protected tables that a write to this name changes: the table itself, through a view, or children. */
function written({ catalogue }: Reading, { schema, name }: RelationName): KnownTable[] {
  return [...catalogue.kept(schema, name), ...catalogue.reached(schema, name, ['view', 'parent'])];
}

function readDelete(reading: Reading, target: RelationName, where: Tree): void {
  const { report, catalogue } = reading;
  for (const table of written(reading, target)) {
    if (table.holds === 'vectors')
      report.refuse('delete-vectors', `rows of ${table.name} hold vectors`, supersede);
    else if (!isChoosing(where))
      report.refuse('delete-without-where', `it would empty ${table.name}`, supersede);
    else if (!isPinned(where))
      report.refuse(
        'delete-history',
        `${table.name} stores history, and this WHERE selects no row by a constant value`,
        supersede,
      );
    else report.warn('delete-history', `rows of ${table.name} are history`, supersede);
  }
  const reached = catalogue.reached(target.schema, target.name, ['view', 'parent', 'foreign key']);
  if (reached.some((table) => table.holds !== null))
    report.refuse(
      'delete-cascades',
      `deleting from ${target.name} deletes protected rows elsewhere`,
      supersede,
    );
}

interface Assignments {
  readonly targets: Tree;
  readonly where: Tree;
}

function readAssignments(reading: Reading, table: KnownTable, { targets, where }: Assignments): void {
  const nulls = mustBeNull(where);
  for (const target of list(targets)) {
    const assignment = only(target, 'ResTarget') ?? {};
    const column = text(assignment['name']);
    if (table.truth.has(column) || table.truth.has('project_sync_unknown_name')) {
      if (only(assignment['val'], 'A_Const')?.['isnull'] === true)
        reading.report.refuse('null-out', `it would empty ${table.name}.${column}`, beside);
      else if (!nulls.has(column))
        reading.report.refuse(
          'overwrite',
          `it would overwrite ${table.name}.${column}`,
          `Fill it only WHERE ${column} IS NULL. ${beside}`,
        );
    } else if (table.holds === 'vectors' && table.key.has(column)) {
      reading.report.refuse('rekey', `${table.name}.${column} identifies the vector's row`, beside);
    }
  }
}

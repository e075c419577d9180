import { anyTableRules, keptTableRules, largeTable } from './alter-table-rules.ts';
import type { KnownTable } from './catalogue.ts';
import { linkForeignKeys } from './link-foreign-keys.ts';
import type { Reading } from './report.ts';
import { branch, type Branch, list, nodes, only, relationOf, type Tree, text, words } from './sql-tree.ts';
import { isVector } from './vector-type.ts';

/** CREATE TABLE in all its forms. The new table may hold vectors. */
export function readCreateTable(reading: Reading, node: Branch): void {
  const relation = branch(node['relation']);
  if (relation['relpersistence'] === 't') return;
  const elements = list(node['tableElts']);
  const created = relationOf(relation);
  const name = { schema: created.schema || 'public', name: created.name };
  const table = reading.catalogue.add({ ...name, columns: columnsOf(elements) });
  const parents = list(node['inhRelations']).map((one) => only(one, 'RangeVar') ?? {});
  const templates = elements.map((one) => branch(only(one, 'TableLikeClause')?.['relation']));
  for (const source of [...templates, ...parents]) copyProtection(reading, table, source);
  for (const parent of parents) {
    const from = relationOf(parent);
    reading.catalogue.link({ from: [from.schema, from.name], to: [name.schema, name.name], by: 'parent' });
  }
  linkForeignKeys(reading, name, node);
}

function columnsOf(elements: readonly Tree[]) {
  const keys = elements.flatMap((item) => {
    const constraint = only(item, 'Constraint');
    return constraint?.['contype'] === 'CONSTR_PRIMARY' ? words(constraint['keys']) : [];
  });
  return elements.flatMap((item) => {
    const column = only(item, 'ColumnDef');
    if (column === undefined) return [];
    const name = text(column['colname']);
    const isPrimary = list(column['constraints']).some(
      (one) => only(one, 'Constraint')?.['contype'] === 'CONSTR_PRIMARY',
    );
    return [{ name, isVector: isVector(column['typeName']), isKey: isPrimary || keys.includes(name) }];
  });
}

/** CREATE TABLE … AS and SELECT … INTO. A copy of protected rows is protected too. */
export function readCreateAs(reading: Reading, into: Branch, query: Tree): void {
  const { schema, name } = relationOf(branch(into['rel']));
  const table = reading.catalogue.add({ schema: schema || 'public', name });
  for (const [type, node] of nodes(query)) if (type === 'RangeVar') copyProtection(reading, table, node);
}

/** CREATE VIEW. A write through the view is a write to its tables. */
export function readView(reading: Reading, node: Branch): void {
  const view = relationOf(branch(node['view']));
  for (const [type, relation] of nodes(node['query'])) {
    if (type !== 'RangeVar') continue;
    const to = relationOf(relation);
    reading.catalogue.link({ from: [view.schema, view.name], to: [to.schema, to.name], by: 'view' });
  }
}

/** ALTER TABLE, command by command. */
export function readAlterTable(reading: Reading, node: Branch): void {
  const { schema, name } = relationOf(branch(node['relation']));
  const { catalogue, report } = reading;
  const kept = [...catalogue.kept(schema, name), ...catalogue.reached(schema, name, ['parent'])];
  const known = catalogue.find(schema, name);
  const rows = Math.max(0, ...known.map((table) => table.rows));
  if (node['objtype'] === 'OBJECT_TYPE' || schema === 'project_sync_guard')
    return report.refuse(
      'alter-type',
      `columns of type ${name} would change with it`,
      'Add a column or a table beside it, fill that from the old one, and leave the old one unchanged.',
    );
  for (const item of list(node['cmds'])) {
    const command = only(item, 'AlterTableCmd') ?? {};
    const type = text(command['subtype']);
    for (const table of kept) keptTableRules[type]?.({ report, table, command });
    const rule = anyTableRules[type];
    if (rule === undefined)
      report.refuse('unknown-command', `there is no rule for ALTER TABLE … ${type}`, 'Write it another way.');
    else rule({ reading, schema, name, known, rows, command });
  }
}

/** CREATE INDEX. It loses nothing, but may block writers. */
export function readIndex(reading: Reading, node: Branch): void {
  const { schema, name } = relationOf(branch(node['relation']));
  const rows = Math.max(0, ...reading.catalogue.find(schema, name).map((table) => table.rows));
  if (rows > largeTable && node['concurrent'] !== true)
    reading.report.warn(
      'index-locks',
      `${name} cannot be written to while the index is built`,
      'CREATE INDEX CONCURRENTLY, alone in its migration.',
    );
}

function copyProtection(reading: Reading, table: KnownTable, source: Branch): void {
  const { schema, name } = relationOf(source);
  for (const from of reading.catalogue.kept(schema, name)) {
    table.holds = from.holds;
    table.everyColumn ||= from.everyColumn;
    for (const column of from.vectors) reading.catalogue.addVector(table, column);
  }
}

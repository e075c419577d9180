import { isKept, type KnownTable, unknownName } from './catalogue.ts';
import type { Reading } from './report.ts';
import { branch, type Branch, list, text, words } from './sql-tree.ts';

const beside = 'Leave it where it is, and add what is new beside it.';

/** DROP of anything. */
export function readDrop(reading: Reading, node: Branch): void {
  const { report, catalogue } = reading;
  const kind = text(node['removeType']);
  const cascades = node['behavior'] === 'DROP_CASCADE';
  for (const object of list(node['objects'])) {
    const name = words(object);
    const kept = keptUnder(reading, name);
    switch (kind) {
      case 'OBJECT_TABLE':
        if (kept.length > 0) report.refuse('drop-table', `${name.join('.')} holds what is kept`, beside);
        continue;
      case 'OBJECT_SCHEMA':
        if (cascades || catalogue.inSchema(name[0] ?? '').length > 0 || name[0] === 'project_sync_guard')
          report.refuse(
            'drop-schema',
            `everything in ${name.join('.')} would go`,
            'Drop what is empty, one by one, without CASCADE.',
          );
        continue;
      case 'OBJECT_EXTENSION':
        if (cascades || ['vector', unknownName].includes(name[0] ?? ''))
          report.refuse('drop-extension', 'columns of its types would go', 'Leave the extension.');
        continue;
      case 'OBJECT_TRIGGER':
        if (
          keptUnder(reading, name.slice(0, -1)).length > 0 &&
          (cascades || (name.at(-1) ?? '').startsWith('project_sync_guard') || name.at(-1) === unknownName)
        )
          report.refuse('triggers', 'the guard stands on the table as triggers', 'Leave the guard as it is.');
        continue;
      case 'OBJECT_RULE':
      case 'OBJECT_POLICY':
      case 'OBJECT_INDEX':
      case 'OBJECT_VIEW':
      case 'OBJECT_MATVIEW':
      case 'OBJECT_SEQUENCE':
      case 'OBJECT_STATISTIC_EXT':
      case 'OBJECT_PUBLICATION':
        if (cascades && kind !== 'OBJECT_VIEW' && kind !== 'OBJECT_MATVIEW')
          report.refuse(
            'drop-cascade',
            'what depends on it would go unseen',
            'Name each object, without CASCADE.',
          );
        continue;
      case 'OBJECT_EVENT_TRIGGER':
        report.refuse('guard', 'event triggers are the guard', 'Leave the guard as it is.');
        continue;
      case 'OBJECT_TYPE':
      case 'OBJECT_DOMAIN':
      case 'OBJECT_FUNCTION':
      case 'OBJECT_PROCEDURE':
      case 'OBJECT_ROUTINE':
      case 'OBJECT_AGGREGATE':
      case 'OBJECT_OPERATOR':
        if (cascades || name[0] === 'project_sync_guard')
          report.refuse('drop-cascade', 'columns that use it would go', 'Name each object, without CASCADE.');
        continue;
      default:
        report.refuse('unknown-statement', `DROP of ${kind} was never judged`, 'Leave it.');
    }
  }
}

/** RENAME of anything: to whoever reads the old name, it is gone. */
export function readRename(reading: Reading, node: Branch): void {
  const { report } = reading;
  const relation = branch(node['relation']);
  const name = [text(relation['schemaname']), text(relation['relname'])].filter((word) => word !== '');
  const kind = text(node['renameType']);
  if (kind === 'OBJECT_TABLE' || kind === 'OBJECT_COLUMN' || kind === 'OBJECT_VIEW') {
    const column = text(node['subname']);
    const kept = [
      ...keptUnder(reading, name),
      ...reading.catalogue.reached(name.length > 1 ? (name[0] ?? '') : '', name.at(-1) ?? '', ['parent']),
    ];
    for (const table of kept)
      if (kind !== 'OBJECT_COLUMN' || isKept(table, column))
        report.refuse('rename', `${table.name} and its columns are found by their names`, beside);
  } else if (kind === 'OBJECT_SCHEMA') {
    if (
      reading.catalogue.inSchema(text(node['subname'])).length > 0 ||
      text(node['subname']).startsWith('project_sync')
    )
      report.refuse('rename', 'the schema holds what is kept', beside);
  } else if (kind === 'OBJECT_TRIGGER') {
    if (text(node['subname']).startsWith('project_sync_guard'))
      report.refuse('guard', 'it is a part of the guard', 'Leave the guard as it is.');
  } else if (['OBJECT_ROLE', 'OBJECT_DATABASE', 'OBJECT_EVENT_TRIGGER', 'OBJECT_EXTENSION'].includes(kind)) {
    report.refuse('rename', 'what is kept, and the guard, are found by this name', beside);
  } else if (['OBJECT_TYPE', 'OBJECT_DOMAIN', 'OBJECT_ATTRIBUTE'].includes(kind)) {
    if (words(node['object']).some((word) => ['vector', 'halfvec', 'sparsevec', unknownName].includes(word)))
      report.refuse('rename', 'columns of vectors are known by their type', beside);
  }
}

/** SET SCHEMA of anything. */
export function readMove(reading: Reading, node: Branch): void {
  const relation = branch(node['relation']);
  const name = [text(relation['schemaname']), text(relation['relname'])].filter((word) => word !== '');
  const kind = text(node['objectType']);
  if (keptUnder(reading, name).length > 0)
    reading.report.refuse('set-schema', `${name.join('.')} holds what is kept`, beside);
  if (kind === 'OBJECT_EXTENSION' || kind === 'OBJECT_TYPE' || kind === 'OBJECT_DOMAIN')
    reading.report.refuse('set-schema', 'columns of vectors are known by their type', beside);
  if (words(node['object'])[0] === 'project_sync_guard')
    reading.report.refuse('guard', 'it is a part of the guard', 'Leave the guard as it is.');
}

function keptUnder(reading: Reading, name: readonly string[]): KnownTable[] {
  const table = name.at(-1);
  if (table === undefined) return [];
  const schema = name.length > 1 ? (name.at(-2) ?? '') : '';
  if (schema === 'project_sync_guard' || schema === 'pg_catalog')
    reading.report.refuse('guard', `${table} belongs to the guard or the database`, 'Leave it.');
  return reading.catalogue.kept(schema, table);
}

import { isKept, type KnownTable, unknownName } from './catalogue.ts';
import type { Reading } from './report.ts';
import { branch, type Branch, list, relationOf, text, words } from './sql-tree.ts';

const beside = 'Leave it unchanged, and add the new one beside it.';
const keepGuard = 'Leave the guard as it is.';

interface Drop {
  readonly reading: Reading;
  /** The possibly qualified name of the object. */
  readonly name: readonly string[];
  /** The protected tables of that name. */
  readonly kept: readonly KnownTable[];
  readonly cascades: boolean;
}

function dropTable({ reading, name, kept }: Drop): void {
  if (kept.length > 0) reading.report.refuse('drop-table', `${name.join('.')} holds protected data`, beside);
}

function dropSchema({ reading, name, cascades }: Drop): void {
  const [schema = ''] = name;
  if (cascades || reading.catalogue.inSchema(schema).length > 0 || schema === 'project_sync_guard')
    reading.report.refuse(
      'drop-schema',
      `everything in ${name.join('.')} would be dropped`,
      'Drop empty objects one by one, without CASCADE.',
    );
}

function dropExtension({ reading, name, cascades }: Drop): void {
  if (cascades || ['vector', unknownName].includes(name[0] ?? ''))
    reading.report.refuse('drop-extension', 'columns of its types would be dropped', 'Keep the extension.');
}

function dropTrigger({ reading, name, cascades }: Drop): void {
  const trigger = name.at(-1) ?? '';
  const guards = cascades || trigger.startsWith('project_sync_guard') || trigger === unknownName;
  if (keptUnder(reading, name.slice(0, -1)).length > 0 && guards)
    reading.report.refuse('triggers', 'the guard protects the table with triggers', keepGuard);
}

function dropEventTrigger({ reading }: Drop): void {
  reading.report.refuse('guard', 'the guard relies on event triggers', keepGuard);
}

/** Dropping one of these loses nothing by itself; CASCADE may. */
function dropIndependent({ reading, cascades }: Drop): void {
  if (cascades)
    reading.report.refuse(
      'drop-cascade',
      'dependent objects would be dropped without being named',
      'Name each object, without CASCADE.',
    );
}

/** Columns and constraints may depend on one of these. */
function dropDefinition({ reading, name, cascades }: Drop): void {
  if (cascades || name[0] === 'project_sync_guard')
    reading.report.refuse(
      'drop-cascade',
      'columns that use it would be dropped',
      'Name each object, without CASCADE.',
    );
}

const dropRules: Readonly<Record<string, (drop: Drop) => void>> = {
  OBJECT_TABLE: dropTable,
  OBJECT_SCHEMA: dropSchema,
  OBJECT_EXTENSION: dropExtension,
  OBJECT_TRIGGER: dropTrigger,
  OBJECT_EVENT_TRIGGER: dropEventTrigger,
  OBJECT_RULE: dropIndependent,
  OBJECT_POLICY: dropIndependent,
  OBJECT_INDEX: dropIndependent,
  OBJECT_SEQUENCE: dropIndependent,
  OBJECT_STATISTIC_EXT: dropIndependent,
  OBJECT_PUBLICATION: dropIndependent,
  // Only other views depend on a view, so CASCADE loses nothing here.
  OBJECT_VIEW: () => undefined,
  OBJECT_MATVIEW: () => undefined,
  OBJECT_TYPE: dropDefinition,
  OBJECT_DOMAIN: dropDefinition,
  OBJECT_FUNCTION: dropDefinition,
  OBJECT_PROCEDURE: dropDefinition,
  OBJECT_ROUTINE: dropDefinition,
  OBJECT_AGGREGATE: dropDefinition,
  OBJECT_OPERATOR: dropDefinition,
};

/** DROP of anything. */
export function readDrop(reading: Reading, node: Branch): void {
  const kind = text(node['removeType']);
  const cascades = node['behavior'] === 'DROP_CASCADE';
  for (const object of list(node['objects'])) {
    const name = words(object);
    const kept = keptUnder(reading, name);
    const rule = dropRules[kind];
    if (rule === undefined)
      reading.report.refuse('unknown-statement', `there is no rule for DROP of ${kind}`, 'Do without it.');
    else rule({ reading, name, kept, cascades });
  }
}

interface Rename {
  readonly reading: Reading;
  readonly node: Branch;
}

function renameTable({ reading, node }: Rename): void {
  const name = nameOf(node);
  const parents = reading.catalogue.reached(name.length > 1 ? (name[0] ?? '') : '', name.at(-1) ?? '', [
    'parent',
  ]);
  for (const table of [...keptUnder(reading, name), ...parents])
    reading.report.refuse('rename', `${table.name} and its columns are found by their names`, beside);
}

function renameColumn({ reading, node }: Rename): void {
  const name = nameOf(node);
  const parents = reading.catalogue.reached(name.length > 1 ? (name[0] ?? '') : '', name.at(-1) ?? '', [
    'parent',
  ]);
  for (const table of [...keptUnder(reading, name), ...parents])
    if (isKept(table, text(node['subname'])))
      reading.report.refuse('rename', `${table.name} and its columns are found by their names`, beside);
}

function renameSchema({ reading, node }: Rename): void {
  const schema = text(node['subname']);
  if (reading.catalogue.inSchema(schema).length > 0 || schema.startsWith('project_sync'))
    reading.report.refuse('rename', 'the schema holds protected data', beside);
}

function renameTrigger({ reading, node }: Rename): void {
  if (text(node['subname']).startsWith('project_sync_guard'))
    reading.report.refuse('guard', 'the trigger belongs to the guard', keepGuard);
}

function renameOwner({ reading }: Rename): void {
  reading.report.refuse('rename', 'protected data and the guard are found by this name', beside);
}

function renameType({ reading, node }: Rename): void {
  if (words(node['object']).some((word) => ['vector', 'halfvec', 'sparsevec', unknownName].includes(word)))
    reading.report.refuse('rename', 'vector columns are recognized by their type', beside);
}

const renameRules: Readonly<Record<string, (rename: Rename) => void>> = {
  OBJECT_TABLE: renameTable,
  OBJECT_VIEW: renameTable,
  OBJECT_COLUMN: renameColumn,
  OBJECT_SCHEMA: renameSchema,
  OBJECT_TRIGGER: renameTrigger,
  OBJECT_ROLE: renameOwner,
  OBJECT_DATABASE: renameOwner,
  OBJECT_EVENT_TRIGGER: renameOwner,
  OBJECT_EXTENSION: renameOwner,
  OBJECT_TYPE: renameType,
  OBJECT_DOMAIN: renameType,
  OBJECT_ATTRIBUTE: renameType,
};

/** RENAME of anything. For code that uses the old name, a rename is a drop. */
export function readRename(reading: Reading, node: Branch): void {
  renameRules[text(node['renameType'])]?.({ reading, node });
}

/** SET SCHEMA of anything. */
export function readMove(reading: Reading, node: Branch): void {
  const name = nameOf(node);
  const kind = text(node['objectType']);
  if (keptUnder(reading, name).length > 0)
    reading.report.refuse('set-schema', `${name.join('.')} holds protected data`, beside);
  if (kind === 'OBJECT_EXTENSION' || kind === 'OBJECT_TYPE' || kind === 'OBJECT_DOMAIN')
    reading.report.refuse('set-schema', 'vector columns are recognized by their type', beside);
  if (words(node['object'])[0] === 'project_sync_guard')
    reading.report.refuse('guard', 'it belongs to the guard', keepGuard);
}

function nameOf(node: Branch): string[] {
  const { schema, name } = relationOf(branch(node['relation']));
  return [schema, name].filter((word) => word !== '');
}

function keptUnder(reading: Reading, name: readonly string[]): KnownTable[] {
  const table = name.at(-1);
  if (table === undefined) return [];
  const schema = name.length > 1 ? (name.at(-2) ?? '') : '';
  if (schema === 'project_sync_guard' || schema === 'pg_catalog')
    reading.report.refuse('guard', `${table} belongs to the guard or to PostgreSQL`, 'Leave it unchanged.');
  return reading.catalogue.kept(schema, table);
}

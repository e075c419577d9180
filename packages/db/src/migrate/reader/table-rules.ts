import { isKept, isVectorType, type KnownTable } from './catalogue.ts';
import type { Reading } from './report.ts';
import { branch, type Branch, list, nodes, number, only, type Tree, text, words } from './sql-tree.ts';

const beside =
  'Add a column or a table beside it, fill that from the old one, and leave the old one as it is.';
const keepGuard = 'Leave the guard as it is.';

/** From how many rows on a lock is felt. */
const large = 10_000;

/** CREATE TABLE, in all its forms: what it makes may hold vectors from then on. */
export function readCreateTable(reading: Reading, node: Branch): void {
  const relation = branch(node['relation']);
  if (relation['relpersistence'] === 't') return;
  const elements = list(node['tableElts']);
  const columns = elements.flatMap((item) => {
    const column = only(item, 'ColumnDef');
    if (column === undefined) return [];
    const isKey = list(column['constraints']).some(
      (one) => only(one, 'Constraint')?.['contype'] === 'CONSTR_PRIMARY',
    );
    return [{ name: text(column['colname']), isVector: isVector(column['typeName']), isKey }];
  });
  const keys = elements.flatMap((item) => {
    const constraint = only(item, 'Constraint');
    return constraint?.['contype'] === 'CONSTR_PRIMARY' ? words(constraint['keys']) : [];
  });
  const schema = text(relation['schemaname']) || 'public';
  const name = text(relation['relname']);
  const table = reading.catalogue.add(
    schema,
    name,
    columns.map((column) => ({ ...column, isKey: column.isKey || keys.includes(column.name) })),
    0,
  );
  for (const item of [
    ...elements.map((one) => branch(only(one, 'TableLikeClause')?.['relation'])),
    ...list(node['inhRelations']).map((one) => only(one, 'RangeVar') ?? {}),
  ])
    copyKept(reading, table, item);
  for (const parent of list(node['inhRelations']).map((one) => only(one, 'RangeVar') ?? {}))
    reading.catalogue.link({
      from: [text(parent['schemaname']), text(parent['relname'])],
      to: [schema, name],
      by: 'parent',
    });
  linkForeignKeys(reading, schema, name, node);
}

/** CREATE TABLE … AS and SELECT … INTO: a copy of kept rows is kept as well. */
export function readCreateAs(reading: Reading, into: Branch, query: Tree): void {
  const relation = branch(into['rel']);
  const table = reading.catalogue.add(
    text(relation['schemaname']) || 'public',
    text(relation['relname']),
    [],
    0,
  );
  for (const [type, node] of nodes(query)) if (type === 'RangeVar') copyKept(reading, table, node);
}

/** CREATE VIEW: a write through it is a write to what it shows. */
export function readView(reading: Reading, node: Branch): void {
  const view = branch(node['view']);
  for (const [type, relation] of nodes(node['query']))
    if (type === 'RangeVar')
      reading.catalogue.link({
        from: [text(view['schemaname']), text(view['relname'])],
        to: [text(relation['schemaname']), text(relation['relname'])],
        by: 'view',
      });
}

/** ALTER TABLE, command by command. */
export function readAlterTable(reading: Reading, node: Branch): void {
  const relation = branch(node['relation']);
  const schema = text(relation['schemaname']);
  const name = text(relation['relname']);
  const kept = [
    ...reading.catalogue.kept(schema, name),
    ...reading.catalogue.reached(schema, name, ['parent']),
  ];
  const known = reading.catalogue.find(schema, name);
  const rows = Math.max(0, ...known.map((table) => table.rows));
  if (node['objtype'] === 'OBJECT_TYPE' || schema === 'project_sync_guard')
    return reading.report.refuse('alter-type', `columns of type ${name} would change with it`, beside);
  for (const item of list(node['cmds'])) {
    const command = only(item, 'AlterTableCmd') ?? {};
    const type = text(command['subtype']);
    for (const table of kept) readKeptCommand(reading, table, type, command);
    readCommand(reading, { schema, name, known, rows, type, command });
  }
}

/** What may not be done to a table that holds something kept. */
function readKeptCommand(reading: Reading, table: KnownTable, type: string, command: Branch): void {
  const { report } = reading;
  const column = text(command['name']);
  const cascades = command['behavior'] === 'DROP_CASCADE';
  switch (type) {
    case 'AT_DropColumn':
      if (isKept(table, column) || cascades)
        report.refuse('drop-column', `${table.name}.${column} holds what is kept`, beside);
      return;
    case 'AT_AlterColumnType':
      if (isKept(table, column) || only(command['def'], 'ColumnDef')?.['raw_default'] !== undefined)
        report.refuse('alter-column-type', `${table.name}.${column} would be rewritten`, beside);
      return;
    case 'AT_SetExpression':
    case 'AT_DropExpression':
      if (isKept(table, column))
        report.refuse('set-expression', `${table.name}.${column} would be computed anew`, beside);
      return;
    case 'AT_DropConstraint':
      if (cascades)
        report.refuse(
          'drop-constraint-cascade',
          'it drops what depends on the constraint as well',
          'Name each constraint, without CASCADE.',
        );
      else report.warn('drop-constraint', `a rule of ${table.name} goes`, 'Add its successor first.');
      return;
    case 'AT_SetUnLogged':
      return report.refuse('unlogged', `a crash would empty ${table.name}`, 'Leave it logged.');
    case 'AT_AddInherit':
    case 'AT_DropInherit':
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize':
    case 'AT_AddOf':
    case 'AT_DropOf':
      return report.refuse('inheritance', `${table.name} would hang elsewhere`, beside);
    case 'AT_DisableTrig':
    case 'AT_DisableTrigAll':
    case 'AT_DisableTrigUser':
    case 'AT_EnableTrig':
    case 'AT_EnableTrigAll':
    case 'AT_EnableTrigUser':
    case 'AT_EnableReplicaTrig':
      return report.refuse('triggers', `the guard stands on ${table.name} as triggers`, keepGuard);
    case 'AT_EnableRule':
    case 'AT_EnableAlwaysRule':
    case 'AT_EnableReplicaRule':
    case 'AT_DisableRule':
      return report.refuse(
        'rules',
        `a rule may turn a statement on ${table.name} into another`,
        'Use a trigger.',
      );
    case 'AT_DisableRowSecurity':
    case 'AT_NoForceRowSecurity':
      return report.warn(
        'row-security',
        `tenants would see each other in ${table.name}`,
        'Leave row-level security on.',
      );
    default:
  }
}

interface Command {
  readonly schema: string;
  readonly name: string;
  readonly known: readonly KnownTable[];
  readonly rows: number;
  readonly type: string;
  readonly command: Branch;
}

/** What any table's command teaches the catalogue, what it locks, and commands that nobody has judged. */
function readCommand(reading: Reading, { schema, name, known, rows, type, command }: Command): void {
  const { report } = reading;
  const definition = only(command['def'], 'ColumnDef') ?? {};
  const constraint = only(command['def'], 'Constraint') ?? {};
  switch (type) {
    case 'AT_AddColumn': {
      if (isVector(definition['typeName'])) {
        const column = text(definition['colname']);
        for (const table of known.length > 0
          ? known
          : [reading.catalogue.add(schema || 'public', name, [], 0)])
          reading.catalogue.addVector(table, column);
      }
      linkForeignKeys(reading, schema || 'public', name, definition);
      const fallback = list(definition['constraints'])
        .map((one) => only(one, 'Constraint') ?? {})
        .find((one) => one['contype'] === 'CONSTR_DEFAULT');
      if (fallback !== undefined && [...nodes(fallback)].some(([kind]) => kind === 'FuncCall'))
        report.warn(
          'volatile-default',
          `a default that is computed may rewrite all of ${name} under a lock`,
          'Add the column without it, fill it in batches, then set the default.',
        );
      return;
    }
    case 'AT_AddConstraint':
      linkForeignKeys(reading, schema || 'public', name, command);
      if (
        rows > 0 &&
        constraint['skip_validation'] !== true &&
        ['CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_NOTNULL'].includes(text(constraint['contype']))
      )
        report.warn(
          'constraint-validates',
          `every row of ${name} is checked under a lock`,
          'Add it NOT VALID, then VALIDATE CONSTRAINT.',
        );
      if (
        rows > large &&
        ['CONSTR_UNIQUE', 'CONSTR_PRIMARY'].includes(text(constraint['contype'])) &&
        text(constraint['indexname']) === ''
      )
        report.warn(
          'index-locks',
          `its index is built while ${name} cannot be written`,
          'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX.',
        );
      return;
    case 'AT_AlterColumnType':
      return report.warn(
        'type-rewrite',
        `${name} may be rewritten under a lock`,
        'Add a column of the new type and fill it in batches.',
      );
    case 'AT_SetNotNull':
      if (rows > large)
        report.warn(
          'constraint-validates',
          `every row of ${name} is checked under a lock`,
          'First a CHECK (… IS NOT NULL) NOT VALID that is validated.',
        );
      return;
    case 'AT_AttachPartition': {
      const part = branch(only(command['def'], 'PartitionCmd')?.['name']);
      const child = [text(part['schemaname']), text(part['relname'])] as const;
      if (reading.catalogue.kept(...child).length > 0)
        report.refuse('inheritance', `${child[1]} would hang elsewhere`, 'Attach a new, empty table.');
      reading.catalogue.link({ from: [schema, name], to: child, by: 'parent' });
      return;
    }
    case 'AT_AddInherit': {
      const parent = only(command['def'], 'RangeVar') ?? {};
      reading.catalogue.link({
        from: [text(parent['schemaname']), text(parent['relname'])],
        to: [schema, name],
        by: 'parent',
      });
      return;
    }
    default:
      if (!judged.has(type))
        report.refuse('unknown-command', `ALTER TABLE … ${type} was never judged`, 'Put it another way.');
  }
}

/** Commands that lose nothing on a table that keeps nothing, or are judged above. */
const judged = new Set(
  (
    'ColumnDefault DropNotNull SetStatistics SetOptions ResetOptions SetStorage SetCompression DropColumn AlterConstraint ' +
    'ValidateConstraint AddIndexConstraint DropConstraint ClusterOn DropCluster SetLogged SetUnLogged SetAccessMethod ' +
    'SetTableSpace SetRelOptions ResetRelOptions EnableTrig EnableAlwaysTrig EnableReplicaTrig DisableTrig EnableTrigAll ' +
    'DisableTrigAll EnableTrigUser DisableTrigUser EnableRule EnableAlwaysRule EnableReplicaRule DisableRule DropInherit ' +
    'DetachPartition DetachPartitionFinalize ReplicaIdentity EnableRowSecurity DisableRowSecurity ForceRowSecurity ' +
    'NoForceRowSecurity AddIdentity SetIdentity DropIdentity ChangeOwner SetExpression DropExpression AddOf DropOf'
  )
    .split(' ')
    .map((name) => `AT_${name}`),
);

/** CREATE INDEX: harmless, but for whom it keeps waiting. */
export function readIndex(reading: Reading, node: Branch): void {
  const relation = branch(node['relation']);
  const name = text(relation['relname']);
  const rows = Math.max(
    0,
    ...reading.catalogue.find(text(relation['schemaname']), name).map((table) => table.rows),
  );
  if (rows > large && node['concurrent'] !== true)
    reading.report.warn(
      'index-locks',
      `${name} cannot be written while the index is built`,
      'CREATE INDEX CONCURRENTLY, alone in its migration.',
    );
}

function isVector(typeName: Tree): boolean {
  const type = branch(only(typeName, 'TypeName') ?? typeName);
  const length = number(branch(only(list(type['typmods'])[0], 'A_Const')?.['ival'])['ival']);
  return isVectorType(words(type['names']).at(-1) ?? '', length);
}

function copyKept(reading: Reading, table: KnownTable, source: Branch): void {
  for (const from of reading.catalogue.kept(text(source['schemaname']), text(source['relname']))) {
    table.holds = from.holds;
    table.everyColumn ||= from.everyColumn;
    for (const column of from.vectors) reading.catalogue.addVector(table, column);
  }
}

function linkForeignKeys(reading: Reading, schema: string, name: string, within: Branch): void {
  for (const [type, node] of nodes({ within })) {
    if (type !== 'Constraint' || node['contype'] !== 'CONSTR_FOREIGN') continue;
    if (!['c', 'n', 'd'].includes(text(node['fk_del_action']))) continue;
    const parent = branch(node['pktable']);
    reading.catalogue.link({
      from: [text(parent['schemaname']), text(parent['relname'])],
      to: [schema, name],
      by: 'foreign key',
    });
  }
}

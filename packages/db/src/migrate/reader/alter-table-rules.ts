import { isKept, type KnownTable } from './catalogue.ts';
import { linkForeignKeys } from './link-foreign-keys.ts';
import type { Reading, Report } from './report.ts';
import { branch, type Branch, list, nodes, only, relationOf, text } from './sql-tree.ts';
import { isVector } from './vector-type.ts';

/** Row count from which a lock is noticeable. */
export const largeTable = 10_000;

const beside =
  'Add a column or a table beside it, fill that from the old one, and leave the old one unchanged.';

/** A command on a protected table. */
interface KeptCommand {
  readonly report: Report;
  readonly table: KnownTable;
  readonly command: Branch;
}

type KeptRule = (command: KeptCommand) => void;

const columnOf = ({ command }: KeptCommand) => text(command['name']);
const cascades = ({ command }: KeptCommand) => command['behavior'] === 'DROP_CASCADE';

const dropColumn: KeptRule = (given) => {
  const { report, table } = given;
  if (isKept(table, columnOf(given)) || cascades(given))
    report.refuse('drop-column', `${table.name}.${columnOf(given)} holds protected data`, beside);
};

const alterColumnType: KeptRule = (given) => {
  const { report, table, command } = given;
  // A raw default here is the USING expression.
  if (isKept(table, columnOf(given)) || only(command['def'], 'ColumnDef')?.['raw_default'] !== undefined)
    report.refuse('alter-column-type', `${table.name}.${columnOf(given)} would be rewritten`, beside);
};

const recompute: KeptRule = (given) => {
  const { report, table } = given;
  if (isKept(table, columnOf(given)))
    report.refuse('set-expression', `${table.name}.${columnOf(given)} would be recomputed`, beside);
};

const dropConstraint: KeptRule = (given) => {
  const { report, table } = given;
  if (cascades(given))
    report.refuse(
      'drop-constraint-cascade',
      'it also drops everything that depends on the constraint',
      'Name each constraint, without CASCADE.',
    );
  else report.warn('drop-constraint', `${table.name} loses a constraint`, 'Add its replacement first.');
};

const unlogged: KeptRule = ({ report, table }) =>
  report.refuse('unlogged', `a crash would empty ${table.name}`, 'Leave it logged.');

const inheritance: KeptRule = ({ report, table }) =>
  report.refuse('inheritance', `${table.name} would get other parents`, beside);

const triggers: KeptRule = ({ report, table }) =>
  report.refuse('triggers', `the guard protects ${table.name} with triggers`, 'Leave the guard as it is.');

const rules: KeptRule = ({ report, table }) =>
  report.refuse('rules', `a rule may replace a statement on ${table.name} by another`, 'Use a trigger.');

const rowSecurity: KeptRule = ({ report, table }) =>
  report.warn(
    'row-security',
    `tenants could read each other's rows in ${table.name}`,
    'Leave row-level security on.',
  );

/** Rules for commands that a protected table may not undergo. */
export const keptTableRules: Readonly<Record<string, KeptRule>> = {
  AT_DropColumn: dropColumn,
  AT_AlterColumnType: alterColumnType,
  AT_SetExpression: recompute,
  AT_DropExpression: recompute,
  AT_DropConstraint: dropConstraint,
  AT_SetUnLogged: unlogged,
  AT_AddInherit: inheritance,
  AT_DropInherit: inheritance,
  AT_DetachPartition: inheritance,
  AT_DetachPartitionFinalize: inheritance,
  AT_AddOf: inheritance,
  AT_DropOf: inheritance,
  AT_DisableTrig: triggers,
  AT_DisableTrigAll: triggers,
  AT_DisableTrigUser: triggers,
  AT_EnableTrig: triggers,
  AT_EnableTrigAll: triggers,
  AT_EnableTrigUser: triggers,
  AT_EnableReplicaTrig: triggers,
  AT_EnableRule: rules,
  AT_EnableAlwaysRule: rules,
  AT_EnableReplicaRule: rules,
  AT_DisableRule: rules,
  AT_DisableRowSecurity: rowSecurity,
  AT_NoForceRowSecurity: rowSecurity,
};

/** A command on any table. */
interface TableCommand {
  readonly reading: Reading;
  readonly schema: string;
  readonly name: string;
  readonly known: readonly KnownTable[];
  readonly rows: number;
  readonly command: Branch;
}

type TableRule = (command: TableCommand) => void;

const addColumn: TableRule = ({ reading, schema, name, known, command }) => {
  const definition = only(command['def'], 'ColumnDef') ?? {};
  if (isVector(definition['typeName'])) {
    const column = text(definition['colname']);
    const tables = known.length > 0 ? known : [reading.catalogue.add({ schema: schema || 'public', name })];
    for (const table of tables) reading.catalogue.addVector(table, column);
  }
  linkForeignKeys(reading, { schema: schema || 'public', name }, definition);
  const fallback = list(definition['constraints'])
    .map((one) => only(one, 'Constraint') ?? {})
    .find((one) => one['contype'] === 'CONSTR_DEFAULT');
  if (fallback !== undefined && [...nodes(fallback)].some(([kind]) => kind === 'FuncCall'))
    reading.report.warn(
      'volatile-default',
      `a computed default may rewrite all of ${name} under a lock`,
      'Add the column without it, fill it in batches, then set the default.',
    );
};

const addConstraint: TableRule = ({ reading, schema, name, rows, command }) => {
  linkForeignKeys(reading, { schema: schema || 'public', name }, command);
  const constraint = only(command['def'], 'Constraint') ?? {};
  const kind = text(constraint['contype']);
  if (
    rows > 0 &&
    constraint['skip_validation'] !== true &&
    ['CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_NOTNULL'].includes(kind)
  )
    reading.report.warn(
      'constraint-validates',
      `every row of ${name} is checked under a lock`,
      'Add it NOT VALID, then VALIDATE CONSTRAINT.',
    );
  if (
    rows > largeTable &&
    ['CONSTR_UNIQUE', 'CONSTR_PRIMARY'].includes(kind) &&
    text(constraint['indexname']) === ''
  )
    reading.report.warn(
      'index-locks',
      `${name} cannot be written to while its index is built`,
      'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX.',
    );
};

const retype: TableRule = ({ reading, name }) =>
  reading.report.warn(
    'type-rewrite',
    `${name} may be rewritten under a lock`,
    'Add a column of the new type and fill it in batches.',
  );

const setNotNull: TableRule = ({ reading, name, rows }) => {
  if (rows > largeTable)
    reading.report.warn(
      'constraint-validates',
      `every row of ${name} is checked under a lock`,
      'First add a CHECK (… IS NOT NULL) NOT VALID and validate it.',
    );
};

const attachPartition: TableRule = ({ reading, schema, name, command }) => {
  const child = relationOf(branch(only(command['def'], 'PartitionCmd')?.['name']));
  if (reading.catalogue.kept(child.schema, child.name).length > 0)
    reading.report.refuse(
      'inheritance',
      `${child.name} would get other parents`,
      'Attach a new, empty table.',
    );
  reading.catalogue.link({ from: [schema, name], to: [child.schema, child.name], by: 'parent' });
};

const addInherit: TableRule = ({ reading, schema, name, command }) => {
  const parent = relationOf(only(command['def'], 'RangeVar') ?? {});
  reading.catalogue.link({ from: [parent.schema, parent.name], to: [schema, name], by: 'parent' });
};

/** Loses nothing on an unprotected table; `keptTableRules` covers the protected ones. */
const harmless: TableRule = () => undefined;

/** Rules for commands on any table: additions to the catalogue, and locks. A command without a rule is refused. */
export const anyTableRules: Readonly<Record<string, TableRule>> = {
  AT_AddColumn: addColumn,
  AT_AddConstraint: addConstraint,
  AT_AlterColumnType: retype,
  AT_SetNotNull: setNotNull,
  AT_AttachPartition: attachPartition,
  AT_AddInherit: addInherit,
  AT_ColumnDefault: harmless,
  AT_DropNotNull: harmless,
  AT_SetStatistics: harmless,
  AT_SetOptions: harmless,
  AT_ResetOptions: harmless,
  AT_SetStorage: harmless,
  AT_SetCompression: harmless,
  AT_DropColumn: harmless,
  AT_AlterConstraint: harmless,
  AT_ValidateConstraint: harmless,
  AT_AddIndexConstraint: harmless,
  AT_DropConstraint: harmless,
  AT_ClusterOn: harmless,
  AT_DropCluster: harmless,
  AT_SetLogged: harmless,
  AT_SetUnLogged: harmless,
  AT_SetAccessMethod: harmless,
  AT_SetTableSpace: harmless,
  AT_SetRelOptions: harmless,
  AT_ResetRelOptions: harmless,
  AT_EnableTrig: harmless,
  AT_EnableAlwaysTrig: harmless,
  AT_EnableReplicaTrig: harmless,
  AT_DisableTrig: harmless,
  AT_EnableTrigAll: harmless,
  AT_DisableTrigAll: harmless,
  AT_EnableTrigUser: harmless,
  AT_DisableTrigUser: harmless,
  AT_EnableRule: harmless,
  AT_EnableAlwaysRule: harmless,
  AT_EnableReplicaRule: harmless,
  AT_DisableRule: harmless,
  AT_DropInherit: harmless,
  AT_DetachPartition: harmless,
  AT_DetachPartitionFinalize: harmless,
  AT_ReplicaIdentity: harmless,
  AT_EnableRowSecurity: harmless,
  AT_DisableRowSecurity: harmless,
  AT_ForceRowSecurity: harmless,
  AT_NoForceRowSecurity: harmless,
  AT_AddIdentity: harmless,
  AT_SetIdentity: harmless,
  AT_DropIdentity: harmless,
  AT_ChangeOwner: harmless,
  AT_SetExpression: harmless,
  AT_DropExpression: harmless,
  AT_AddOf: harmless,
  AT_DropOf: harmless,
};

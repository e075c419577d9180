import { readCode, readSetting, rememberFunction } from './code-rules.ts';
import { readDrop, readMove, readRename } from './drop-rules.ts';
import type { Reading } from './report.ts';
import { branch, only, relationOf, type Statement, text, words } from './sql-tree.ts';
import { readAlterTable, readCreateAs, readCreateTable, readIndex, readView } from './table-rules.ts';

const keepGuard = 'Leave the guard as it is.';

/** A rule for one type of statement. */
type StatementRule = (reading: Reading, statement: Statement) => void;

/** The rule of every type of statement that could lose something, or that creates something to remember. */
export const statementRules: Readonly<Record<string, StatementRule>> = {
  CreateStmt: (reading, { body }) => readCreateTable(reading, body),
  CreateTableAsStmt: (reading, { body }) => readCreateAs(reading, branch(body['into']), body['query']),
  ViewStmt: (reading, { body }) => readView(reading, body),
  AlterTableStmt: (reading, { body }) => readAlterTable(reading, body),
  IndexStmt: (reading, { body }) => readIndex(reading, body),
  DropStmt: (reading, { body }) => readDrop(reading, body),
  RenameStmt: (reading, { body }) => readRename(reading, body),
  AlterObjectSchemaStmt: (reading, { body }) => readMove(reading, body),
  DoStmt: readCode,
  CreateFunctionStmt: readFunction,
  CreateTrigStmt: readTrigger,
  RuleStmt: readRule,
  TransactionStmt: ({ report }) =>
    report.refuse(
      'transaction',
      'it would end the transaction that the whole run relies on',
      'Leave transactions to the runner.',
    ),
  VariableSetStmt: (reading, { body }) => readSetting(reading, text(body['name'])),
  AlterRoleSetStmt: readStoredSetting,
  AlterDatabaseSetStmt: readStoredSetting,
  AlterSystemStmt: readStoredSetting,
  CopyStmt: readCopy,
  GrantRoleStmt: readRole,
  AlterRoleStmt: readRole,
  DropRoleStmt: readRole,
  DropOwnedStmt: ({ report }) =>
    report.refuse('drop-owned', 'everything a role owns would be dropped', 'Drop each object by its name.'),
  AlterEventTrigStmt: readEventTrigger,
  CreateEventTrigStmt: readEventTrigger,
};

/** Statements that lose nothing by themselves; everything nested in them is read separately. */
const harmless: ReadonlySet<string> = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'TruncateStmt',
  'CallStmt',
  'ExplainStmt',
  'PrepareStmt',
  'ExecuteStmt',
  'DeallocateStmt',
  'DeclareCursorStmt',
  'FetchStmt',
  'ClosePortalStmt',
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'CreateEnumStmt',
  'AlterEnumStmt',
  'CompositeTypeStmt',
  'CreateRangeStmt',
  'CreateDomainStmt',
  'CreateSeqStmt',
  'AlterSeqStmt',
  'CreateSchemaStmt',
  'CreateExtensionStmt',
  'AlterExtensionStmt',
  'AlterOwnerStmt',
  'CommentStmt',
  'GrantStmt',
  'AlterDefaultPrivilegesStmt',
  'CreateRoleStmt',
  'CreateStatsStmt',
  'AlterStatsStmt',
  'VariableShowStmt',
  'LockStmt',
  'NotifyStmt',
  'ListenStmt',
  'ClusterStmt',
  'ReindexStmt',
  'VacuumStmt',
  'RefreshMatViewStmt',
  'ConstraintsSetStmt',
  'CreatePublicationStmt',
  'CreateAmStmt',
  'ReturnStmt',
  'PLAssignStmt',
]);

/** Returns whether a type of statement loses nothing by itself. */
export function isHarmless(type: string): boolean {
  return harmless.has(type);
}

function readFunction(reading: Reading, statement: Statement): void {
  if (words(statement.body['funcname'])[0] === 'project_sync_guard')
    reading.report.refuse('guard', 'it would replace a part of the guard', keepGuard);
  rememberFunction(reading, statement);
  readCode(reading, statement);
}

/** A BEFORE ROW trigger can change or discard the row. */
function readTrigger(reading: Reading, { body }: Statement): void {
  const { schema, name } = relationOf(branch(body['relation']));
  const beforeRow = body['row'] === true && (Number(body['timing'] ?? 0) & 2) !== 0;
  if (text(body['trigname']).startsWith('project_sync_guard'))
    reading.report.refuse('guard', 'it would replace a part of the guard', 'Give it another name.');
  if (!beforeRow) return;
  const called = words(body['funcname']).at(-1);
  const definition =
    reading.catalogue.functions.findLast((one) => one.name === called)?.definition ?? 'return null';
  for (const table of reading.catalogue.kept(schema, name)) {
    const touches = [...table.truth].some((column) =>
      new RegExp(`new\\W+${column}\\W*:?=`, 'i').test(definition),
    );
    if (table.holds === 'vectors' && (touches || /return\s+(null|old)\b/i.test(definition)))
      reading.report.refuse(
        'before-trigger',
        `${called ?? ''}() could change or discard rows of ${table.name}`,
        'Use an AFTER trigger.',
      );
  }
}

function readRule(reading: Reading, { body }: Statement): void {
  const { schema, name } = relationOf(branch(body['relation']));
  const { catalogue } = reading;
  if (
    catalogue.kept(schema, name).length > 0 ||
    catalogue.reached(schema, name, ['view', 'parent']).length > 0
  )
    reading.report.refuse('rules', `a rule may replace a statement on ${name} by another`, 'Use a trigger.');
}

/** ALTER ROLE, DATABASE or SYSTEM … SET. */
function readStoredSetting(reading: Reading, { body }: Statement): void {
  const setting = branch(only(body['setstmt'], 'VariableSetStmt') ?? body['setstmt']);
  readSetting(reading, text(setting['name']));
}

function readCopy({ report }: Reading, { body }: Statement): void {
  if (body['is_program'] === true || body['filename'] !== undefined)
    report.refuse('copy', 'it reads or writes outside the database', 'Insert the rows in SQL.');
}

function readRole({ report }: Reading, { type, body }: Statement): void {
  const printed = JSON.stringify(body);
  if (
    printed.includes('"project_sync_guard"') ||
    (type === 'AlterRoleStmt' && printed.includes('"superuser"'))
  )
    report.refuse('guard', 'it would give another role the guard, or rights over it', keepGuard);
}

function readEventTrigger({ report }: Reading): void {
  report.refuse('guard', 'the guard relies on event triggers', keepGuard);
}

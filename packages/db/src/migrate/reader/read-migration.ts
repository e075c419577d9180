import type { Finding } from '../finding.ts';
import type { Migration } from '../migration-folder.ts';
import type { Catalogue } from './catalogue.ts';
import { readCall, readCode, readSetting, rememberFunction } from './code-rules.ts';
import { readDrop, readMove, readRename } from './drop-rules.ts';
import { Report, type Reading } from './report.ts';
import { branch, loadParser, nodes, only, parseScript, type Statement, text, words } from './sql-tree.ts';
import { readAlterTable, readCreateAs, readCreateTable, readIndex, readView } from './table-rules.ts';
import { readWrite } from './write-rules.ts';

/** What the reader says of some migrations. Without a refusal they may run. */
export interface Verdict {
  readonly refusals: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Reads migrations in their order, before any of them runs. The catalogue learns what they make. */
export async function readPending(migrations: readonly Migration[], catalogue: Catalogue): Promise<Verdict> {
  await loadParser();
  const report = new Report();
  for (const migration of migrations) readOne(migration, catalogue, report);
  return report;
}

/** Whether a migration is one statement that PostgreSQL runs only outside of a transaction. */
export async function runsAlone(migration: Migration): Promise<boolean> {
  await loadParser();
  return statementsOf(migration.sql).some(isConcurrent);
}

/** Whether a migration makes a value that PostgreSQL lets nobody use before the transaction has ended. */
export async function endsTransaction(migration: Migration): Promise<boolean> {
  await loadParser();
  return statementsOf(migration.sql).some((one) => one.type === 'AlterEnumStmt');
}

function readOne(migration: Migration, catalogue: Catalogue, report: Report): void {
  report.at(migration.name, undefined);
  let statements: Statement[];
  try {
    statements = parseScript(migration.sql);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return report.refuse('syntax', `PostgreSQL cannot parse it: ${why}`, 'Mend the syntax.');
  }
  if (statements.length > 1 && statements.some(isConcurrent))
    report.refuse(
      'concurrently',
      'CONCURRENTLY cannot run in the transaction that the other statements need',
      'Give it a migration of its own.',
    );
  for (const statement of statements) {
    report.at(migration.name, statement);
    readStatement(statement, readingOf(catalogue, report, new Set()), false);
  }
}

/** The rules' way to read SQL inside SQL, and functions inside calls, each function once. */
function readingOf(catalogue: Catalogue, report: Report, open: Set<string>): Reading & { open: Set<string> } {
  const reading = {
    catalogue,
    report,
    open,
    inner: (sql: string): void => {
      try {
        for (const statement of parseScript(sql)) readStatement(statement, reading, true);
      } catch (error) {
        if (/\b(drop|delete|truncate|update|alter|merge)\b/i.test(sql))
          report.refuse(
            'unreadable',
            `SQL inside of it cannot be parsed: ${error instanceof Error ? error.message : ''}`,
            'Write the statements themselves.',
          );
      }
    },
  };
  return reading;
}

function readStatement(
  statement: Statement,
  reading: Reading & { open: Set<string> },
  inside: boolean,
): void {
  const { type, body } = statement;
  readDefinition(statement, reading, inside);
  for (const [name, node] of [[type, body] as const, ...nodes(body)]) {
    readWrite(reading, name, node);
    if (name === 'FuncCall') readCall(reading, node, (definition) => isRefused(definition, reading));
    if (name === 'SelectStmt' && node['intoClause'] !== undefined)
      readCreateAs(reading, branch(node['intoClause']), node);
  }
}

/** Whether calling a function would do what may not be done. A function that calls itself is read once. */
function isRefused(definition: string, reading: Reading & { open: Set<string> }): boolean {
  if (reading.open.has(definition)) return false;
  const report = new Report();
  const inner = readingOf(reading.catalogue, report, new Set([...reading.open, definition]));
  for (const statement of parseScript(definition)) readCode(inner, statement);
  return report.refusals.length > 0;
}

function readDefinition(statement: Statement, reading: Reading, inside: boolean): void {
  const { type, body } = statement;
  const { report } = reading;
  switch (type) {
    case 'CreateStmt':
      return readCreateTable(reading, body);
    case 'CreateTableAsStmt':
      return readCreateAs(reading, branch(body['into']), body['query']);
    case 'ViewStmt':
      return readView(reading, body);
    case 'AlterTableStmt':
      return readAlterTable(reading, body);
    case 'IndexStmt':
      return readIndex(reading, body);
    case 'DropStmt':
      return readDrop(reading, body);
    case 'RenameStmt':
      return readRename(reading, body);
    case 'AlterObjectSchemaStmt':
      return readMove(reading, body);
    case 'DoStmt':
      return readCode(reading, statement);
    case 'CreateFunctionStmt':
      if (words(body['funcname'])[0] === 'project_sync_guard')
        report.refuse('guard', 'it would replace a part of the guard', 'Leave the guard as it is.');
      rememberFunction(reading, statement);
      return readCode(reading, statement);
    case 'CreateTrigStmt':
      return readTrigger(reading, statement);
    case 'RuleStmt': {
      const relation = branch(body['relation']);
      const name = [text(relation['schemaname']), text(relation['relname'])] as const;
      if (
        reading.catalogue.kept(...name).length > 0 ||
        reading.catalogue.reached(...name, ['view', 'parent']).length > 0
      )
        report.refuse('rules', `a rule may turn a statement on ${name[1]} into another`, 'Use a trigger.');
      return;
    }
    case 'TransactionStmt':
      return report.refuse(
        'transaction',
        'it would end the transaction that everything else relies on',
        'Leave the transaction to the runner.',
      );
    case 'VariableSetStmt':
      return readSetting(reading, text(body['name']));
    case 'AlterRoleSetStmt':
    case 'AlterDatabaseSetStmt':
    case 'AlterSystemStmt':
      return readSetting(
        reading,
        text(branch(only(body['setstmt'], 'VariableSetStmt') ?? body['setstmt'])['name']),
      );
    case 'CopyStmt':
      if (body['is_program'] === true || body['filename'] !== undefined)
        report.refuse('copy', 'it reads or writes outside of the database', 'Insert the rows in SQL.');
      return;
    case 'GrantRoleStmt':
    case 'AlterRoleStmt':
    case 'DropRoleStmt':
      if (
        JSON.stringify(body).includes('"project_sync_guard"') ||
        (type === 'AlterRoleStmt' && JSON.stringify(body).includes('"superuser"'))
      )
        report.refuse(
          'guard',
          'it would give the guard, or the right over it, to another role',
          'Leave the guard as it is.',
        );
      return;
    case 'DropOwnedStmt':
      return report.refuse(
        'drop-owned',
        'everything that a role owns would go',
        'Drop what is meant, by its name.',
      );
    case 'AlterEventTrigStmt':
    case 'CreateEventTrigStmt':
      return report.refuse('guard', 'event triggers are the guard', 'Leave the guard as it is.');
    case 'CreateExtensionStmt':
    case 'AlterOwnerStmt':
      return;
    default:
      if (!judged.has(type) && !(inside && type === ''))
        report.refuse('unknown-statement', `${type} was never judged`, 'Put it another way.');
  }
}

/** A trigger that runs before a row is written may change or swallow it. */
function readTrigger(reading: Reading, { body }: Statement): void {
  const relation = branch(body['relation']);
  const beforeRow = body['row'] === true && (Number(body['timing'] ?? 0) & 2) !== 0;
  if (text(body['trigname']).startsWith('project_sync_guard'))
    reading.report.refuse('guard', 'it would replace a part of the guard', 'Give it another name.');
  if (!beforeRow) return;
  const called = words(body['funcname']).at(-1);
  const definition =
    reading.catalogue.functions.findLast((one) => one.name === called)?.definition ?? 'return null';
  for (const table of reading.catalogue.kept(text(relation['schemaname']), text(relation['relname']))) {
    const touches = [...table.truth].some((column) =>
      new RegExp(`new\\W+${column}\\W*:?=`, 'i').test(definition),
    );
    if (table.holds === 'vectors' && (touches || /return\s+(null|old)\b/i.test(definition)))
      reading.report.refuse(
        'before-trigger',
        `${called ?? ''}() could change or swallow rows of ${table.name}`,
        'Use an AFTER trigger.',
      );
  }
}

function isConcurrent(statement: Statement): boolean {
  const { type, body } = statement;
  return (
    ((type === 'IndexStmt' || type === 'DropStmt') && body['concurrent'] === true) ||
    (type === 'ReindexStmt' && /\bconcurrently\b/i.test(statement.text))
  );
}

function statementsOf(sql: string): Statement[] {
  try {
    return parseScript(sql);
  } catch {
    return [];
  }
}

/** Statements that lose nothing by themselves; what stands inside them is read with everything else. */
const judged = new Set(
  (
    'SelectStmt InsertStmt UpdateStmt DeleteStmt MergeStmt TruncateStmt CallStmt ExplainStmt PrepareStmt ExecuteStmt DeallocateStmt ' +
    'DeclareCursorStmt FetchStmt ClosePortalStmt CreatePolicyStmt AlterPolicyStmt CreateEnumStmt AlterEnumStmt CompositeTypeStmt ' +
    'CreateRangeStmt CreateDomainStmt CreateSeqStmt AlterSeqStmt CreateSchemaStmt AlterExtensionStmt CommentStmt GrantStmt ' +
    'AlterDefaultPrivilegesStmt CreateRoleStmt CreateStatsStmt AlterStatsStmt VariableShowStmt LockStmt NotifyStmt ListenStmt ' +
    'ClusterStmt ReindexStmt VacuumStmt RefreshMatViewStmt ConstraintsSetStmt CreatePublicationStmt CreateAmStmt ReturnStmt PLAssignStmt'
  ).split(' '),
);

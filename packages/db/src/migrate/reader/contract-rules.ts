import { contractsIn } from '../contract.ts';
import type { Migration } from '../migration-folder.ts';
import { Report } from './report.ts';
import {
  branch,
  type Branch,
  list,
  loadParser,
  nodes,
  only,
  parseScript,
  relationOf,
  type Statement,
  text,
  words,
} from './sql-tree.ts';
import type { Verdict } from './read-migration.ts';

/** Released before this rule was. Released migrations never change, so they cannot be marked. */
export const releasedBefore: ReadonlySet<string> = new Set([
  '0002_owners_alone',
  '0003_what_is_left',
  '0005_restores_wait',
  '0035_documents',
  '0042_document_passages',
  '0055_people_and_audit',
]);

/** The objects that a migration makes itself. No earlier release knows it, so it may change freely. */
interface Scope {
  readonly report: Report;
  readonly made: Set<string>;
  readonly columns: Set<string>;
}

const safe = `Expand first: add the new beside the old, in a release that writes both. A later release contracts, with \
"-- contract since <migration of the release that stopped using it>: <why>" above the statement.`;

/**
 * Reads migrations for statements under which the previous release could not go on: during a rolling upgrade it works
 * on the newer schema. A statement that contracts needs a mark with its reason.
 */
export async function readContracts(migrations: readonly Migration[]): Promise<Verdict> {
  await loadParser();
  const report = new Report();
  for (const migration of migrations) {
    if (releasedBefore.has(migration.name)) continue;
    const scope = { report, made: new Set<string>(), columns: new Set<string>() };
    for (const statement of statementsOf(migration.sql)) readStatement(scope, migration, statement);
  }
  return report;
}

function readStatement({ report, made, columns }: Scope, { name }: Migration, statement: Statement): void {
  report.at(name, statement);
  const found = new Report();
  rules[statement.type]?.({ report: found, made, columns }, statement.body, statement.text);
  for (const { why } of found.warnings) report.warn('contract', why, safe);
  if (found.refusals.length === 0) return;
  const [contract] = contractsIn(statement.lead);
  if (contract === undefined) for (const { why } of found.refusals) report.refuse('contract', why, safe);
  else if (contract.since >= name)
    report.refuse('contract', `${contract.since} is not before ${name}: no release lies between them`, safe);
}

type ContractRule = (scope: Scope, body: Branch, statement: string) => void;

const make: ContractRule = ({ made }, body) => {
  const relation = branch(body['relation'] ?? body['view'] ?? branch(body['into'])['rel']);
  made.add(relationOf(relation).name);
  made.add(words(body['typeName'] ?? body['funcname']).at(-1) ?? '');
};

const rules: Readonly<Record<string, ContractRule>> = {
  CreateStmt: make,
  CreateTableAsStmt: make,
  ViewStmt: make,
  CreateEnumStmt: make,
  CreateFunctionStmt: make,
  AlterTableStmt: readAlterTable,
  IndexStmt(scope, body) {
    const { name } = relationOf(branch(body['relation']));
    if (body['unique'] === true && !scope.made.has(name) && !touchesNew(scope, name, body['indexParams']))
      scope.report.refuse('', `the previous release may write rows that are not unique in ${name}`, '');
  },
  DropStmt({ report, made }, body) {
    const kind = text(body['removeType']).replace('OBJECT_', '');
    if (!used.has(kind)) return;
    for (const object of list(body['objects'])) {
      const name = words(object).at(-1) ?? '';
      if (!made.has(name)) report.refuse('', `the previous release uses ${name}`, '');
    }
  },
  RenameStmt({ report, made }, body) {
    const kind = text(body['renameType']).replace('OBJECT_', '');
    const name = relationOf(branch(body['relation'])).name || (words(body['object']).at(-1) ?? '');
    if ((used.has(kind) || kind === 'COLUMN') && !made.has(name))
      report.refuse('', `the previous release uses ${text(body['subname']) || name} by its name`, '');
  },
  AlterObjectSchemaStmt({ report, made }, body) {
    const name = relationOf(branch(body['relation'])).name || (words(body['object']).at(-1) ?? '');
    if (!made.has(name)) report.refuse('', `the previous release looks for ${name} where it is`, '');
  },
  AlterEnumStmt({ report, made }, body) {
    const name = words(body['typeName']).at(-1) ?? '';
    if (made.has(name)) return;
    if (text(body['oldVal']) !== '')
      report.refuse('', `the previous release uses ${text(body['oldVal'])} of ${name}`, '');
    else
      report.warn(
        '',
        `the previous release cannot read a row with ${text(body['newVal'])}: write it one release later`,
        '',
      );
  },
  GrantStmt({ report, made }, body) {
    if (body['is_grant'] === true || text(body['objtype']) !== 'OBJECT_TABLE') return;
    for (const object of list(body['objects'])) {
      const { name } = relationOf(only(object, 'RangeVar') ?? {});
      if (!made.has(name)) report.refuse('', `the previous release may use its rights on ${name}`, '');
    }
  },
  DoStmt({ report }, _body, statement) {
    if (
      /\b(drop\s+(table|column|view|function|type)|rename\s+(to|column)|set\s+not\s+null)\b/i.test(statement)
    )
      report.refuse('', 'a block of code takes away something that the previous release may use', '');
  },
};

/** Kinds of objects that a program names. */
const used: ReadonlySet<string> = new Set([
  'TABLE',
  'VIEW',
  'MATVIEW',
  'FUNCTION',
  'PROCEDURE',
  'ROUTINE',
  'TYPE',
  'DOMAIN',
  'SCHEMA',
  'SEQUENCE',
  'EXTENSION',
  'ATTRIBUTE',
]);

function readAlterTable(scope: Scope, body: Branch): void {
  const { name } = relationOf(branch(body['relation']));
  if (scope.made.has(name)) return;
  for (const item of list(body['cmds'])) {
    const command = only(item, 'AlterTableCmd') ?? {};
    const column = text(command['name']);
    const type = text(command['subtype']);
    if (type === 'AT_AddColumn') readNewColumn(scope, name, only(command['def'], 'ColumnDef') ?? {});
    else if (type === 'AT_AddConstraint')
      readNewConstraint(scope, name, only(command['def'], 'Constraint') ?? {});
    else if (!scope.columns.has(`${name}.${column}`)) {
      const why = columnRules[type]?.(`${name}.${column}`, command);
      if (why !== undefined) scope.report.refuse('', why, '');
    }
  }
}

/** Why a command on a column or table that existed before stops the previous release. */
const columnRules: Readonly<Record<string, (place: string, command: Branch) => string | undefined>> = {
  AT_DropColumn: (place) => `the previous release reads ${place}`,
  AT_AlterColumnType: (place) => `the previous release knows another type of ${place}`,
  AT_SetNotNull: (place) => `the previous release may write NULL to ${place}`,
  AT_ColumnDefault: (place, command) =>
    command['def'] === undefined ? `the previous release relies on the default of ${place}` : undefined,
  AT_SetExpression: (place) => `the previous release reads another value in ${place}`,
  AT_DropExpression: (place) => `the previous release writes no value to ${place}`,
  AT_DropIdentity: (place) => `the previous release writes no value to ${place}`,
  AT_EnableRowSecurity: (place) =>
    `row-level security may hide rows of ${place.split('.')[0] ?? place} from the previous release`,
  AT_ForceRowSecurity: (place) =>
    `row-level security may hide rows of ${place.split('.')[0] ?? place} from the previous release`,
};

function readNewColumn(scope: Scope, table: string, definition: Branch): void {
  const column = text(definition['colname']);
  scope.columns.add(`${table}.${column}`);
  const kinds = list(definition['constraints']).map((one) => text(only(one, 'Constraint')?.['contype']));
  const isFilled = kinds.some((kind) =>
    ['CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY'].includes(kind),
  );
  if (!isFilled && kinds.some((kind) => kind === 'CONSTR_NOTNULL' || kind === 'CONSTR_PRIMARY'))
    scope.report.refuse(
      '',
      `the previous release writes rows without ${table}.${column}, which has no default`,
      '',
    );
}

function readNewConstraint(scope: Scope, table: string, constraint: Branch): void {
  if (touchesNew(scope, table, constraint)) return;
  scope.report.refuse(
    '',
    `the previous release may write rows to ${table} that a new constraint refuses`,
    '',
  );
}

/** Whether a tree names a column that this migration adds. The previous release leaves such a column empty. */
function touchesNew({ columns }: Scope, table: string, tree: Branch[string]): boolean {
  const words = [...nodes(tree)].flatMap(([kind, node]) => [
    ...(kind === 'String' ? [text(node['sval'])] : []),
    ...(kind === 'IndexElem' ? [text(node['name'])] : []),
  ]);
  return words.some((word) => columns.has(`${table}.${word}`));
}

/** A text that cannot be parsed is refused by the reader of losses. */
function statementsOf(sql: string): Statement[] {
  try {
    return parseScript(sql);
  } catch {
    return [];
  }
}

import type { Finding } from '../finding.ts';
import type { Migration } from '../migration-folder.ts';
import type { Catalogue } from './catalogue.ts';
import { readCall, readCode } from './code-rules.ts';
import { isHarmless, statementRules } from './statement-rules.ts';
import { Report, type Reading } from './report.ts';
import { branch, loadParser, nodes, parseScript, type Statement } from './sql-tree.ts';
import { readCreateAs } from './table-rules.ts';
import { readWrite } from './write-rules.ts';

/** The reader's findings. Without a refusal the migrations may run. */
export interface Verdict {
  readonly refusals: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Reads migrations in order before any of them runs. Tables they create are added to the catalogue. */
export async function readPending(migrations: readonly Migration[], catalogue: Catalogue): Promise<Verdict> {
  await loadParser();
  const report = new Report();
  for (const migration of migrations) readOne(migration, catalogue, report);
  return report;
}

/** Returns whether a migration is one statement that PostgreSQL runs only outside a transaction. */
export async function runsAlone(migration: Migration): Promise<boolean> {
  await loadParser();
  return statementsOf(migration.sql).some(isConcurrent);
}

/** Returns whether a migration adds an enum value, which PostgreSQL makes usable only after the transaction. */
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
    return report.refuse('syntax', `PostgreSQL cannot parse it: ${why}`, 'Fix the syntax.');
  }
  if (statements.length > 1 && statements.some(isConcurrent))
    report.refuse(
      'concurrently',
      'CONCURRENTLY cannot run in the transaction that the other statements need',
      'Put it into a migration of its own.',
    );
  for (const statement of statements) {
    report.at(migration.name, statement);
    readStatement(statement, readingOf(catalogue, report, new Set()), false);
  }
}

/** A reading that remembers which functions it is inside, so that each is read once. */
interface NestedReading extends Reading {
  readonly open: Set<string>;
}

function readingOf(catalogue: Catalogue, report: Report, open: Set<string>): NestedReading {
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
            `the SQL inside it cannot be parsed: ${error instanceof Error ? error.message : ''}`,
            'Write the statements directly.',
          );
      }
    },
  };
  return reading;
}

function readStatement(statement: Statement, reading: NestedReading, isNested: boolean): void {
  const { type, body } = statement;
  const rule = statementRules[type];
  if (rule !== undefined) rule(reading, statement);
  else if (!isHarmless(type) && !(isNested && type === ''))
    reading.report.refuse('unknown-statement', `there is no rule for ${type}`, 'Write it another way.');
  for (const [name, node] of [[type, body] as const, ...nodes(body)]) {
    readWrite(reading, name, node);
    if (name === 'FuncCall') readCall(reading, node, (definition) => isRefused(definition, reading));
    if (name === 'SelectStmt' && node['intoClause'] !== undefined)
      readCreateAs(reading, branch(node['intoClause']), node);
  }
}

/** Returns whether calling a function would do something refused. A recursive function is read once. */
function isRefused(definition: string, reading: NestedReading): boolean {
  if (reading.open.has(definition)) return false;
  const report = new Report();
  const inner = readingOf(reading.catalogue, report, new Set([...reading.open, definition]));
  for (const statement of parseScript(definition)) readCode(inner, statement);
  return report.refusals.length > 0;
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

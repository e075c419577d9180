import { unknownName } from './catalogue.ts';
import { constantOf } from './predicate.ts';
import type { Reading } from './report.ts';
import {
  type Branch,
  list,
  nodes,
  only,
  parseCode,
  parseScript,
  type Statement,
  type Tree,
  text,
  words,
} from './sql-tree.ts';

const plain = 'Write the statements directly, so that they can be read before they run.';
const dangerous = /\b(drop|delete|truncate|update|alter|merge|execute|rename|session_replication_role)\b/i;

/** Reads DO blocks and function bodies as if their statements were part of the migration. */
export function readCode(reading: Reading, statement: Statement): void {
  const options = [...list(statement.body['args']), ...list(statement.body['options'])].map(
    (item) => only(item, 'DefElem') ?? {},
  );
  const option = (name: string): Branch => options.find((one) => one['defname'] === name) ?? {};
  const language =
    words(option('language')['arg'])[0] ?? (statement.body['sql_body'] === undefined ? 'plpgsql' : 'sql');
  const body = words(option('as')['arg'])[0] ?? '';
  if (language === 'sql') return reading.inner(body);
  if (language !== 'plpgsql')
    return reading.report.refuse(
      'language',
      `code in ${language} cannot be read`,
      'Write it in SQL or plpgsql.',
    );
  let tree: Tree;
  try {
    tree = parseCode(statement.text);
  } catch {
    if (dangerous.test(body)) reading.report.refuse('unreadable', 'its body cannot be parsed', plain);
    return;
  }
  readBody(reading, tree);
}

function readBody(reading: Reading, tree: Tree): void {
  for (const [type, node] of nodes(tree)) {
    if (type === 'PLpgSQL_stmt_commit' || type === 'PLpgSQL_stmt_rollback')
      reading.report.refuse(
        'transaction',
        'it would end the transaction that the whole run relies on',
        'Leave transactions to the runner.',
      );
    const dynamic =
      type === 'PLpgSQL_stmt_dynexecute' || type === 'PLpgSQL_stmt_dynfors'
        ? (node['query'] ?? node['dynquery'])
        : node['dynquery'];
    if (dynamic !== undefined) readDynamic(reading, text(only(dynamic, 'PLpgSQL_expr')?.['query']));
    if (type === 'PLpgSQL_expr') readExpression(reading, text(node['query']));
  }
}

/** Reads a statement, a condition or an assignment: plpgsql stores all of them as text. */
function readExpression(reading: Reading, query: string): void {
  for (const form of [query, `select ${query}`, `select ${query.replace(/^[^:=]*:?=/, '')}`]) {
    try {
      parseScript(form);
    } catch {
      continue;
    }
    return reading.inner(form);
  }
  if (dangerous.test(query))
    reading.report.refuse('unreadable', 'a statement in its body cannot be parsed', plain);
}

/** Reads a text that is built and then executed. Its parts must show the statement. */
function readDynamic(reading: Reading, expression: string): void {
  let sql: string | undefined;
  try {
    const [statement] = parseScript(`select ${expression}`);
    sql = evaluated(only(list(statement?.body['targetList'])[0], 'ResTarget')?.['val']);
    if (sql !== undefined) parseScript(sql);
  } catch {
    sql = undefined;
  }
  if (sql === undefined)
    return reading.report.refuse('dynamic', 'it executes a text that is built at run time', plain);
  reading.inner(sql);
}

/** Evaluates a text expression, with a placeholder for each name known only at run time. */
function evaluated(tree: Tree): string | undefined {
  const constant = constantOf(tree);
  if (constant !== undefined) return constant;
  const expression = only(tree, 'A_Expr');
  if (expression !== undefined && words(expression['name']).join('') === '||') {
    const left = evaluated(expression['lexpr']);
    const right = evaluated(expression['rexpr']);
    return left === undefined || right === undefined ? undefined : left + right;
  }
  const call = only(tree, 'FuncCall');
  const name = words(call?.['funcname']).at(-1);
  if (name === 'quote_ident' || name === 'quote_literal' || name === 'quote_nullable')
    return name === 'quote_ident' ? unknownName : `'${unknownName}'`;
  if (name === 'format') {
    const template = constantOf(list(call?.['args'])[0]);
    // %s may insert any SQL, so the rest is uncertain; %I and %L insert one name and one value.
    if (template === undefined || /%[^ILil%]*s/.test(template)) return undefined;
    return template.replace(/%(?:\d+\$)?-?\d*([IL%])/g, (_, kind: string) =>
      kind === '%' ? '%' : kind === 'L' ? `'${unknownName}'` : unknownName,
    );
  }
  return undefined;
}

/** Refuses settings that turn protection off, given by SET or as a function's argument. */
export function readSetting(reading: Reading, name: string): void {
  const setting = name.toLowerCase();
  if (
    [
      'session_replication_role',
      'allow_system_table_mods',
      'event_triggers',
      'role',
      'session_authorization',
    ].includes(setting) ||
    setting.startsWith('project_sync_guard')
  )
    reading.report.refuse(
      'setting',
      `${setting} would turn protection off or change the role`,
      'Leave it as the runner set it.',
    );
}

/** Refuses calls whose arguments are commands, and calls of functions that would be refused themselves. */
export function readCall(reading: Reading, call: Branch, deep: (definition: string) => boolean): void {
  const qualified = words(call['funcname']);
  const name = qualified.at(-1) ?? '';
  const first = list(call['args'])[0];
  if (name === 'set_config') {
    const setting = constantOf(first);
    if (setting === undefined)
      reading.report.refuse('setting', 'the setting it changes is not a constant', plain);
    else readSetting(reading, setting);
  }
  if (qualified[0] === 'project_sync_guard')
    reading.report.refuse(
      'guard',
      'migrations may not call the guard',
      'The application purges a removed project, and logs the purge.',
    );
  if (/^(dblink|lo_unlink|pg_terminate_backend|query_to_xml|crosstab)/.test(name))
    reading.report.refuse('call', `${name} acts outside the statements that can be read here`, plain);
  for (const known of reading.catalogue.functions)
    if (known.name === name && deep(known.definition))
      reading.report.refuse('call', `${name}() does something that is refused here`, plain);
}

/** Remembers a function that the migration creates, for later calls. */
export function rememberFunction(reading: Reading, statement: Statement): void {
  const name = words(statement.body['funcname']).at(-1);
  if (name !== undefined) reading.catalogue.functions.push({ name, definition: statement.text });
}

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

const plain = 'Write the statements themselves, so that they can be read before they run.';
const dangerous = /\b(drop|delete|truncate|update|alter|merge|execute|rename|session_replication_role)\b/i;

/** DO blocks and the bodies of functions: whatever they would do is read as if it stood in the migration. */
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
      `nobody can read what ${language} would do`,
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
        'it would end the transaction that everything else relies on',
        'Leave the transaction to the runner.',
      );
    const dynamic =
      type === 'PLpgSQL_stmt_dynexecute' || type === 'PLpgSQL_stmt_dynfors'
        ? (node['query'] ?? node['dynquery'])
        : node['dynquery'];
    if (dynamic !== undefined) readDynamic(reading, text(only(dynamic, 'PLpgSQL_expr')?.['query']));
    if (type === 'PLpgSQL_expr') readExpression(reading, text(node['query']));
  }
}

/** A statement, a condition or an assignment: plpgsql keeps all of them as text. */
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

/** A text that is put together and then executed: what it is made of must still say what it does. */
function readDynamic(reading: Reading, expression: string): void {
  let sql: string | undefined;
  try {
    const [statement] = parseScript(`select ${expression}`);
    sql = textOf(only(list(statement?.body['targetList'])[0], 'ResTarget')?.['val']);
    if (sql !== undefined) parseScript(sql);
  } catch {
    sql = undefined;
  }
  if (sql === undefined)
    return reading.report.refuse(
      'dynamic',
      'it executes a text that only the run itself puts together',
      plain,
    );
  reading.inner(sql);
}

/** The text that an expression gives, with a stand-in for each name it learns while it runs. */
function textOf(tree: Tree): string | undefined {
  const constant = constantOf(tree);
  if (constant !== undefined) return constant;
  const expression = only(tree, 'A_Expr');
  if (expression !== undefined && words(expression['name']).join('') === '||') {
    const left = textOf(expression['lexpr']);
    const right = textOf(expression['rexpr']);
    return left === undefined || right === undefined ? undefined : left + right;
  }
  const call = only(tree, 'FuncCall');
  const name = words(call?.['funcname']).at(-1);
  if (name === 'quote_ident' || name === 'quote_literal' || name === 'quote_nullable')
    return name === 'quote_ident' ? unknownName : `'${unknownName}'`;
  if (name === 'format') {
    const template = constantOf(list(call?.['args'])[0]);
    // %s may be any text, so that nothing of the rest is sure; %I and %L are one name and one value.
    if (template === undefined || /%[^ILil%]*s/.test(template)) return undefined;
    return template.replace(/%(?:\d+\$)?-?\d*([IL%])/g, (_, kind: string) =>
      kind === '%' ? '%' : kind === 'L' ? `'${unknownName}'` : unknownName,
    );
  }
  return undefined;
}

/** Settings that switch protection off, as `SET` or as a function's arguments have them. */
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
      `${setting} would switch protection off or change who speaks`,
      'Leave it as the runner has it.',
    );
}

/** Calls whose arguments are commands, and calls of functions that would themselves be refused. */
export function readCall(reading: Reading, call: Branch, deep: (definition: string) => boolean): void {
  const qualified = words(call['funcname']);
  const name = qualified.at(-1) ?? '';
  const first = list(call['args'])[0];
  if (name === 'set_config') {
    const setting = constantOf(first);
    if (setting === undefined)
      reading.report.refuse('setting', 'which setting it changes cannot be read', plain);
    else readSetting(reading, setting);
  }
  if (qualified[0] === 'project_sync_guard')
    reading.report.refuse(
      'guard',
      "the guard is not a migration's to speak with",
      'The application lets a project go, and records it.',
    );
  if (/^(dblink|lo_unlink|pg_terminate_backend|query_to_xml|crosstab)/.test(name))
    reading.report.refuse('call', `${name} would act outside of what can be read here`, plain);
  for (const known of reading.catalogue.functions)
    if (known.name === name && deep(known.definition))
      reading.report.refuse('call', `${name}() would do what is refused here`, plain);
}

/** The definition of a function that this migration makes, for calls further down. */
export function rememberFunction(reading: Reading, statement: Statement): void {
  const name = words(statement.body['funcname']).at(-1);
  if (name !== undefined) reading.catalogue.functions.push({ name, definition: statement.text });
}

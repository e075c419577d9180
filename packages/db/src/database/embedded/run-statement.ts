import { protocol, type messages, type PGlite } from '@electric-sql/pglite';
import type { LeadingStatement, WorkerField, WorkerRequest } from './worker-messages.ts';

const { query, parse, bind, describe, execute, sync } = protocol.serialize;
/** A portal's description says the columns; the statement's own would say the types of the values, which are text. */
const rest = [describe({ type: 'P' }), execute({}), sync()];

type Statement = Pick<Extract<WorkerRequest, { kind: 'query' }>, 'text' | 'values' | 'leading'>;

/** The result of a statement, in PostgreSQL's text form. */
export interface StatementResult {
  readonly fields: WorkerField[];
  readonly rows: (string | null)[][];
  readonly rowCount: number;
}

/**
 * Runs one statement by a single message of PostgreSQL's protocol. PGlite's own `query` enters the database six times for
 * the same, once for each part, which takes longer than most statements do.
 */
export async function runStatement(
  database: Pick<PGlite, 'runExclusive' | 'execProtocolStream'>,
  { text, values, leading = [] }: Statement,
): Promise<StatementResult> {
  const message = Buffer.concat([
    ...leading.flatMap(leadingParts),
    parse({ text }),
    bind({ values }),
    ...rest,
  ]);
  const answer = await database.runExclusive(() => database.execProtocolStream(message));
  let result = { fields: [] as WorkerField[], rows: [] as (string | null)[][], rowCount: 0 };
  for (const part of answer)
    // What was collected so far answers a leading statement.
    if (part.name === 'bindComplete') result = { fields: [], rows: [], rowCount: 0 };
    else if (isRowDescription(part))
      result.fields = part.fields.map(({ name, dataTypeID }) => ({ name, dataTypeID }));
    else if (isDataRow(part)) result.rows.push(part.fields);
    else if (isCommandComplete(part)) result.rowCount = Number(/\d+$/.exec(part.text)?.[0] ?? 0);
  return result;
}

/** The messages of a statement without its result. One with values stands before the same `sync` as what follows it. */
const leadingParts = ({ text, values }: LeadingStatement) =>
  values === undefined ? [query(text)] : [parse({ text }), bind({ values }), execute({})];

/** Runs leading statements alone, before a request that is none of PostgreSQL's statements. */
export async function runLeading(
  database: Pick<PGlite, 'runExclusive' | 'execProtocolStream'>,
  leading: readonly LeadingStatement[],
): Promise<void> {
  const message = Buffer.concat([...leading.flatMap(leadingParts), sync()]);
  await database.runExclusive(() => database.execProtocolStream(message));
}

const isRowDescription = (part: messages.BackendMessage): part is messages.RowDescriptionMessage =>
  part.name === 'rowDescription';
const isDataRow = (part: messages.BackendMessage): part is messages.DataRowMessage => part.name === 'dataRow';
const isCommandComplete = (part: messages.BackendMessage): part is messages.CommandCompleteMessage =>
  part.name === 'commandComplete';

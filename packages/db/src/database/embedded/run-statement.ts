import { protocol, type messages, type PGlite } from '@electric-sql/pglite';
import type { KeptPlans } from './kept-plans.ts';
import type { ParameterValue } from './parameter-text.ts';
import type { LeadingStatement, WorkerField, WorkerRequest } from './worker-messages.ts';

const { query, parse, bind, close, describe, execute, sync } = protocol.serialize;
/** A portal's description says the columns; the statement's own would say the types of the values, which are text. */
const rest = [describe({ type: 'P' }), execute({}), sync()];

type Statement = Pick<Extract<WorkerRequest, { kind: 'query' }>, 'text' | 'values' | 'leading' | 'planOnce'>;

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
  { text, values, leading = [], planOnce = false }: Statement,
  plans: KeptPlans,
): Promise<StatementResult> {
  const body = planOnce ? byKeptPlan(text, values, plans) : [parse({ text }), bind({ values }), ...rest];
  const message = Buffer.concat([...leading.flatMap(leadingParts), ...body]);
  try {
    return resultOf(await database.runExclusive(() => database.execProtocolStream(message)));
  } catch (error) {
    if (planOnce) plans.forget(text);
    throw error;
  }
}

/**
 * A statement with a name, whose plan for any parameters is kept. PostgreSQL would go on planning anew where it expects a plan
 * for the very parameters to be a little better, which for a statement of this size costs more than it saves.
 */
function byKeptPlan(text: string, values: ParameterValue[], plans: KeptPlans): Uint8Array[] {
  const { name, isNew, closed } = plans.use(text);
  return [
    query('SET plan_cache_mode = force_generic_plan'),
    ...closed.map((one) => close({ type: 'S', name: one })),
    ...(isNew ? [parse({ name, text })] : []),
    bind({ statement: name, values }),
    ...rest,
    query('RESET plan_cache_mode'),
  ];
}

function resultOf(answer: messages.BackendMessage[]): StatementResult {
  let result = { fields: [] as WorkerField[], rows: [] as (string | null)[][], rowCount: 0 };
  for (const part of answer)
    // What was collected so far answers a leading statement.
    if (part.name === 'bindComplete') result = { fields: [], rows: [], rowCount: 0 };
    else if (isRowDescription(part))
      result.fields = part.fields.map(({ name, dataTypeID }) => ({ name, dataTypeID }));
    else if (isDataRow(part)) result.rows.push(part.fields);
    // What sets something up around the statement counts no rows.
    else if (isCommandComplete(part))
      result.rowCount = Number(/\d+$/.exec(part.text)?.[0] ?? result.rowCount);
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

import type { Answer } from '../http-api/exchange.ts';
import { fieldsOf, parseJson, rowsOf, stringOf, type Fields } from '../http-api/json.ts';
import type { BudgetLeft, Verdict } from '../http-api/transport.ts';

/** The part of a request that its answer is judged by. */
export interface Question {
  readonly graphql: boolean;
  /** True if the parts that succeeded are useful alone. */
  readonly parts: boolean;
  readonly accepts: (json: unknown) => boolean;
}

/** Error types that describe the repository, so that asking again brings the same. */
const settled = new Set([
  'NOT_FOUND',
  'FORBIDDEN',
  'INSUFFICIENT_SCOPES',
  'UNPROCESSABLE',
  'MAX_NODE_LIMIT_EXCEEDED',
]);

/** Classifies an answer. The status is not enough: limits, timeouts and foreign pages also arrive with status 200. */
export function judgeAnswer(answer: Answer, question: Question, now: number): Verdict {
  const { status, headers } = answer;
  if (status >= 500) return transient(`GitHub answered with status ${status}`);
  if (status === 401) return { kind: 'unauthorized' };
  const json = parseJson(answer.body);
  if (status === 403 || status === 429)
    return isLimit(answer, json) ? limitOf(headers, now) : { kind: 'refused' };
  if (status !== 200 && status !== 201) return { kind: 'refused' };
  if (question.graphql) {
    const verdict = judgeGraphql(fieldsOf(json), question.parts, () => limitOf(headers, now));
    if (verdict !== null) return verdict;
  }
  if (question.accepts(json)) return { kind: 'good' };
  return {
    kind: 'transient',
    why: 'GitHub answered with something other than what was asked for',
    split: false,
    invalid: true,
  };
}

function isLimit({ status, headers }: Answer, json: unknown): boolean {
  const message = stringOf(fieldsOf(json)?.['message']) ?? '';
  return (
    status === 429 ||
    headers.has('retry-after') ||
    headers.get('x-ratelimit-remaining') === '0' ||
    /rate limit|abuse/i.test(message)
  );
}

function judgeGraphql(json: Fields | null, parts: boolean, limited: () => Verdict): Verdict | null {
  const errors = rowsOf(json?.['errors']) ?? [];
  for (const error of errors) {
    if (isRateLimitError(error)) return limited();
    if (error['type'] === 'RESOURCE_LIMITS_EXCEEDED') return transient(stringOf(error['message']) ?? '');
  }
  if (isBareLimit(json)) return limited();
  // A single question that half failed would read as "does not exist"; of many parts the good ones are used.
  const isUseless = !parts || fieldsOf(json?.['data']) === null;
  const isSettled = errors.some((error) => settled.has(stringOf(error['type']) ?? ''));
  return isUseless && errors.length > 0 && !isSettled
    ? transient(stringOf(errors[0]?.['message']) ?? 'GitHub could not execute the query')
    : null;
}

/** Without its status, only the message in the body reveals a secondary limit. */
function isBareLimit(json: Fields | null): boolean {
  return json?.['data'] === undefined && /rate limit/i.test(stringOf(json?.['message']) ?? '');
}

function isRateLimitError(error: Fields): boolean {
  const code = stringOf(error['code']) ?? stringOf(fieldsOf(error['extensions'])?.['code']);
  return (
    error['type'] === 'RATE_LIMITED' ||
    error['type'] === 'RATE_LIMIT' ||
    code === 'graphql_rate_limit' ||
    /secondary rate limit/i.test(stringOf(error['message']) ?? '')
  );
}

function transient(why: string): Verdict {
  return { kind: 'transient', why, split: true, invalid: false };
}

function limitOf(headers: Headers, now: number): Verdict {
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(retryAfter)) return { kind: 'limited', until: now + retryAfter * 1000, primary: false };
  const reset = resetOf(headers);
  if (reset !== null) return { kind: 'limited', until: reset, primary: true };
  return { kind: 'limited', until: null, primary: false };
}

/** Returns when the budget is restored, if the answer says that nothing is left of it. */
export function resetOf(headers: Headers): number | null {
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  return headers.get('x-ratelimit-remaining') === '0' && Number.isFinite(reset) ? reset * 1000 : null;
}

/** Returns what is left of the budget, where the answer says so. */
export function leftOf(headers: Headers): BudgetLeft | null {
  const [remaining, reset] = ['x-ratelimit-remaining', 'x-ratelimit-reset'].map((name) =>
    Number(headers.get(name) ?? Number.NaN),
  );
  if (remaining === undefined || reset === undefined) return null;
  return Number.isFinite(remaining) && Number.isFinite(reset) ? { remaining, resetAt: reset * 1000 } : null;
}

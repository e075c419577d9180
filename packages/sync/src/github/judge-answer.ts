import { fieldsOf, parseJson, rowsOf, textOf, type Fields } from '../http-api/json.ts';

/** A whole answer: nothing of it is still on its way. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What an answer means for the request that brought it. */
export type Verdict =
  | { readonly kind: 'good' }
  /** Come back at that time; null: GitHub did not say. */
  | { readonly kind: 'limited'; readonly until: number | null; readonly primary: boolean }
  | { readonly kind: 'unauthorized' }
  /** Worth another try; `split` says that a smaller question has better chances. */
  | { readonly kind: 'transient'; readonly why: string; readonly split: boolean; readonly invalid: boolean }
  | { readonly kind: 'refused' };

/** Error types that are answers about the repository, not about the request. */
const settled = new Set([
  'NOT_FOUND',
  'FORBIDDEN',
  'INSUFFICIENT_SCOPES',
  'UNPROCESSABLE',
  'MAX_NODE_LIMIT_EXCEEDED',
]);

/** Reads an answer. A status of 200 alone says nothing: limits, timeouts and foreign pages come with it too. */
export function judgeAnswer(
  answer: Answer,
  question: { graphql: boolean; parts: boolean },
  now: number,
  accepts: (json: unknown) => boolean,
): Verdict {
  const { status, headers } = answer;
  if (status >= 500)
    return { kind: 'transient', why: `GitHub answered with status ${status}`, split: true, invalid: false };
  if (status === 401) return { kind: 'unauthorized' };
  const json = parseJson(answer.body);
  if (status === 403 || status === 429) {
    const message = textOf(fieldsOf(json)?.['message']) ?? '';
    const limited =
      status === 429 || headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';
    return limited || /rate limit|abuse/i.test(message) ? limitOf(headers, now) : { kind: 'refused' };
  }
  if (status !== 200 && status !== 201) return { kind: 'refused' };
  if (question.graphql) {
    const verdict = judgeGraphql(fieldsOf(json), question.parts, headers, now);
    if (verdict !== null) return verdict;
  }
  if (accepts(json)) return { kind: 'good' };
  return {
    kind: 'transient',
    why: 'GitHub answered with something else than was asked for',
    split: false,
    invalid: true,
  };
}

function judgeGraphql(json: Fields | null, parts: boolean, headers: Headers, now: number): Verdict | null {
  const errors = rowsOf(json?.['errors']) ?? [];
  for (const error of errors) {
    const type = textOf(error['type']) ?? '';
    const message = textOf(error['message']) ?? '';
    const code = textOf(error['code']) ?? textOf(fieldsOf(error['extensions'])?.['code']);
    if (
      type === 'RATE_LIMITED' ||
      type === 'RATE_LIMIT' ||
      code === 'graphql_rate_limit' ||
      /secondary rate limit/i.test(message)
    ) {
      return limitOf(headers, now);
    }
    if (type === 'RESOURCE_LIMITS_EXCEEDED')
      return { kind: 'transient', why: message, split: true, invalid: false };
  }
  // Without the status the message of a secondary limit stands alone in the body.
  if (json !== null && json['data'] === undefined && /rate limit/i.test(textOf(json['message']) ?? ''))
    return limitOf(headers, now);
  // Of many parts the good ones are used. A single question that half failed would read as "there is none".
  const useless = !parts || fieldsOf(json?.['data']) === null;
  if (useless && errors.length > 0 && !errors.some((error) => settled.has(textOf(error['type']) ?? ''))) {
    return {
      kind: 'transient',
      why: textOf(errors[0]?.['message']) ?? 'GitHub could not execute the query',
      split: true,
      invalid: false,
    };
  }
  return null;
}

function limitOf(headers: Headers, now: number): Verdict {
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(retryAfter)) return { kind: 'limited', until: now + retryAfter * 1000, primary: false };
  const reset = resetOf(headers);
  if (reset !== null) return { kind: 'limited', until: reset, primary: true };
  return { kind: 'limited', until: null, primary: false };
}

/** When the budget is whole again, where the answer says that nothing is left of it. */
export function resetOf(headers: Headers): number | null {
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  return headers.get('x-ratelimit-remaining') === '0' && Number.isFinite(reset) ? reset * 1000 : null;
}

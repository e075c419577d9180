import type { FakeRequest } from './fake-request.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RestAnswer } from './rest-api.ts';

/** Returns the headers with which GitHub reports a budget. Downloads have none. */
export function budgetHeaders(request: FakeRequest, budgets: RateLimits): Record<string, string> {
  if (request.isCodeload) return {};
  const budget = budgets.budget(request.token, request.resource);
  return {
    'x-ratelimit-limit': String(budget.limit),
    'x-ratelimit-remaining': String(budget.remaining),
    'x-ratelimit-used': String(budget.used),
    'x-ratelimit-reset': String(budget.resetAt / 1000),
    'x-ratelimit-resource': request.resource,
  };
}

/** Returns the answer to a request whose budget is used up: GraphQL hides it in status 200. */
export function primaryLimit(
  request: FakeRequest,
  budgets: RateLimits,
  type: 'RATE_LIMITED' | 'RATE_LIMIT' = 'RATE_LIMITED',
): RestAnswer {
  const message = 'API rate limit exceeded.';
  const headers = budgetHeaders(request, budgets);
  return request.graphql === null
    ? { status: 403, headers, json: { message } }
    : { status: 200, headers, json: { errors: [{ type, code: 'graphql_rate_limit', message }] } };
}

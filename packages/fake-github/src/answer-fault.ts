import type { FakeClock } from './clock.ts';
import { corrupt } from './fault-answers.ts';
import type { Fault } from './faults.ts';
import type { FakeRequest } from './fake-request.ts';
import type { HostedRepositories } from './hosted-repositories.ts';
import { budgetHeaders, primaryLimit } from './limit-answers.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RestAnswer } from './rest-api.ts';

/** The state that a fault can change. */
export interface FaultContext {
  readonly budgets: RateLimits;
  readonly clock: FakeClock;
  readonly repositories: HostedRepositories;
}

/** The effect of a fault: an answer of its own, no answer at all, or an alteration of the good answer. */
export type FaultOutcome =
  | { readonly kind: 'answer'; readonly answer: RestAnswer }
  | { readonly kind: 'stall' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'proceed' };

/** Applies a fault before the request is answered. */
// eslint-disable-next-line complexity -- one exhaustive switch over all kinds, one line each
export async function answerFault(
  fault: Fault,
  request: FakeRequest,
  context: FaultContext,
): Promise<FaultOutcome> {
  const { budgets, repositories } = context;
  switch (fault.kind) {
    case 'run':
      await fault.run();
      repositories.close();
      return { kind: 'proceed' };
    case 'stall':
      return { kind: 'stall' };
    case 'reset':
      return { kind: 'reset' };
    case 'status':
      return answered({ status: fault.status, ...page(fault.html === true ? '<html>Unicorn!</html>' : '') });
    case 'html':
      return answered({ status: 200, ...page('<!DOCTYPE html><html><title>Sign in</title></html>') });
    case 'empty-body':
      return answered({ status: 200, ...page('') });
    case 'redirect':
      return answered({ status: 302, headers: { location: fault.to } });
    case 'primary-limit':
      budgets.exhaust(request.token, request.resource);
      return answered(primaryLimit(request, budgets, fault.type));
    case 'secondary-limit':
      return answered(secondaryLimit(fault, request, context));
    case 'cut-body':
    case 'wrong-body':
    case 'partial':
    case 'timed-out-query':
    case 'resource-limits':
    case 'corrupt':
    case 'truncate':
      return { kind: 'proceed' };
  }
}

/** Alters a good REST answer. GraphQL answers are altered before they are executed. */
export function spoil(answer: RestAnswer, fault: Fault | null): RestAnswer {
  if (fault?.kind === 'wrong-body') return { status: 200, json: { message: 'something else' } };
  if (fault?.kind !== 'corrupt') return answer;
  return {
    ...answer,
    json: corrupt(answer.json),
    ...(answer.bytes === undefined ? {} : { bytes: Buffer.from('corrupt') }),
  };
}

function answered(answer: RestAnswer): FaultOutcome {
  return { kind: 'answer', answer };
}

function secondaryLimit(
  fault: Fault & { kind: 'secondary-limit' },
  request: FakeRequest,
  { budgets, clock }: FaultContext,
): RestAnswer {
  // REST has a status for it; only GraphQL hides it in a good answer.
  const status = request.graphql !== null || fault.status !== 200 ? fault.status : 403;
  budgets.close(request.token, clock.now() + (fault.retryAfter ?? 60) * 1000, 'all');
  const after = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return {
    status,
    headers: { ...budgetHeaders(request, budgets), ...after },
    json: status === 200 ? { errors: [{ type: 'RATE_LIMITED', message }] } : { message },
  };
}

function page(text: string): Pick<RestAnswer, 'bytes' | 'headers'> {
  return { bytes: Buffer.from(text), headers: { 'content-type': 'text/html; charset=utf-8' } };
}

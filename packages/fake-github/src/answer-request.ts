import type { AccessTokens } from './access-tokens.ts';
import { spoil } from './answer-fault.ts';
import { corrupt, graphqlFault, makePartial } from './fault-answers.ts';
import type { Fault } from './faults.ts';
import type { FakeRequest } from './fake-request.ts';
import { answerGraphql, queryCost, type GraphqlRequest } from './graphql-api.ts';
import type { FakeToken, HostedRepositories } from './hosted-repositories.ts';
import { budgetHeaders, primaryLimit } from './limit-answers.ts';
import type { Limits, RateLimits } from './rate-limits.ts';
import { answerRest, type RestAnswer } from './rest-api.ts';

/** The parts of a running fake that answer a request. */
export interface AnswerContext {
  readonly access: AccessTokens;
  readonly budgets: RateLimits;
  readonly repositories: HostedRepositories;
  readonly limits: Limits;
}

/** An answer, and the points it cost. */
export interface CostedAnswer {
  readonly answer: RestAnswer;
  readonly cost: number;
}

/** Answers a request: an App's token, a GraphQL query or a REST path. */
export async function answerRequest(
  request: FakeRequest,
  fault: Fault | null,
  context: AnswerContext,
): Promise<CostedAnswer> {
  const { token, path, graphql, isCodeload } = request;
  if (path.startsWith('/app/installations/') && request.method === 'POST')
    return { answer: context.access.issue(token ?? '', path.split('/')[3] ?? ''), cost: 0 };
  const viewer = token === null ? null : context.access.viewerOf(token);
  if (!isCodeload && (token === null ? graphql !== null : viewer === null)) {
    const message = token === null ? 'This endpoint requires you to be authenticated.' : 'Bad credentials';
    return { answer: { status: 401, json: { message, status: '401' } }, cost: 0 };
  }
  return graphql !== null && viewer !== null
    ? queryAnswer(request, { graphql, viewer, fault }, context)
    : restAnswer(request, { viewer, fault }, context);
}

async function queryAnswer(
  request: FakeRequest,
  asked: { graphql: GraphqlRequest; viewer: FakeToken; fault: Fault | null },
  { budgets, repositories, limits }: AnswerContext,
): Promise<CostedAnswer> {
  const { graphql, viewer, fault } = asked;
  const cost = costOf(graphql);
  if (!budgets.spend(request.token, 'graphql', cost)) return { answer: primaryLimit(request, budgets), cost };
  const budget = budgets.budget(request.token, 'graphql');
  const faked = fault === null ? null : graphqlFault(fault);
  const whole = faked ?? (await answerGraphql(graphql, { repositories, viewer, limits, budget }));
  const answer = fault?.kind === 'partial' ? makePartial(whole) : whole;
  const json = fault?.kind === 'corrupt' ? corrupt(answer) : answer;
  return { answer: { status: 200, headers: budgetHeaders(request, budgets), json }, cost };
}

async function restAnswer(
  request: FakeRequest,
  { viewer, fault }: { viewer: FakeToken | null; fault: Fault | null },
  { budgets, repositories, limits }: AnswerContext,
): Promise<CostedAnswer> {
  const truncate = fault?.kind === 'truncate';
  const answer = await answerRest(request, { repositories, viewer, limits, truncate });
  // Downloads and confirmations that nothing changed are free.
  const cost = request.isCodeload || answer.status === 304 ? 0 : 1;
  if (cost > 0 && !budgets.spend(request.token, 'core', cost))
    return { answer: primaryLimit(request, budgets), cost };
  const spoiled = spoil(answer, fault);
  const headers = { ...budgetHeaders(request, budgets), ...spoiled.headers };
  return { answer: { ...spoiled, headers }, cost };
}

/** A query that does not parse costs as much as the smallest one. */
function costOf(asked: GraphqlRequest): number {
  try {
    return queryCost(asked.query, asked.variables);
  } catch {
    return 1;
  }
}

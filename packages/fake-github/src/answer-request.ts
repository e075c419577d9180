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
  const { token, graphql, isCodeload } = request;
  const ofApp = appAnswer(request, context);
  if (ofApp !== null) return ofApp;
  const viewer = token === null ? null : context.access.viewerOf(token);
  if (!isCodeload && (token === null ? graphql !== null : viewer === null)) {
    const message = token === null ? 'This endpoint requires you to be authenticated.' : 'Bad credentials';
    return { answer: { status: 401, json: { message, status: '401' } }, cost: 0 };
  }
  return graphql !== null && viewer !== null
    ? queryAnswer(request, { graphql, viewer, fault }, context)
    : restAnswer(request, { viewer, fault }, context);
}

/** Answers what an App asks by its signature, and the code of a new one; null for any other request. */
function appAnswer({ token, path, method }: FakeRequest, context: AnswerContext): CostedAnswer | null {
  const { access, repositories } = context;
  if (path.startsWith('/app/installations/') && method === 'POST')
    return { answer: access.issue(token ?? '', path.split('/')[3] ?? ''), cost: 0 };
  const manifest = /^\/app-manifests\/([^/]+)\/conversions$/.exec(path);
  if (manifest !== null && method === 'POST') return { answer: access.convert(manifest[1] ?? ''), cost: 0 };
  const [, owner, name] = /^\/repos\/([^/]+)\/([^/]+)\/installation$/.exec(path) ?? [];
  if (owner === undefined || name === undefined) return null;
  const isThere = repositories.find(owner, name, { scopes: ['repo'] }) !== null;
  const missing: RestAnswer = { status: 404, json: { message: 'Not Found', status: '404' } };
  return { answer: isThere ? access.installation(token ?? '') : missing, cost: 1 };
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

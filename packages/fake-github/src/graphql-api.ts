import { readFileSync } from 'node:fs';
import {
  buildSchema,
  execute,
  GraphQLError,
  Kind,
  parse,
  validate,
  visit,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { repositoryObject, type ObjectLimits } from './graphql-objects.ts';
import type { FakeToken, HostedRepositories } from './hosted-repositories.ts';
import type { Budget } from './rate-limits.ts';

/** Builds GitHub's whole published schema. It contains duplicate fields, so strict validation is off. */
export function githubSchema(): GraphQLSchema {
  const file = new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema'));
  return buildSchema(readFileSync(file, 'utf8'), { assumeValid: true, assumeValidSDL: true });
}

let schema: GraphQLSchema | null = null;

/** One request to `/graphql`, parsed. */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An answer in GitHub's form: the type of an error is beside its message, not below `extensions`. */
export interface GraphqlAnswer {
  data?: Record<string, unknown> | null;
  errors?: { type?: string; message: string; path?: readonly (string | number)[] }[];
}

/** The data and rights behind a query. */
export interface GraphqlContext {
  readonly repositories: HostedRepositories;
  readonly viewer: FakeToken;
  readonly limits: ObjectLimits;
  readonly budget: Budget;
}

/** Computes a query's points: each page of a connection is a request, and a hundred requests are one point. */
export function queryCost(query: string, variables: Readonly<Record<string, unknown>>): number {
  let requests = 0;
  let multiplier = 1;
  const factors: number[] = [];
  visit(parse(query), {
    Field: {
      enter(field) {
        const first = field.arguments?.find((argument) => argument.name.value === 'first')?.value;
        const size =
          first?.kind === Kind.INT
            ? Number(first.value)
            : first?.kind === Kind.VARIABLE
              ? Number(variables[first.name.value] ?? 1)
              : 1;
        if (first !== undefined) requests += multiplier;
        factors.push(size);
        multiplier *= size;
      },
      leave() {
        multiplier /= factors.pop() ?? 1;
      },
    },
  });
  return Math.max(1, Math.round(requests / 100));
}

/** Executes a query against the real schema over the hosted repositories. */
export async function answerGraphql(
  request: GraphqlRequest,
  context: GraphqlContext,
): Promise<GraphqlAnswer> {
  schema ??= githubSchema();
  let document: DocumentNode;
  try {
    document = parse(request.query);
  } catch (error) {
    return { errors: [{ message: error instanceof Error ? error.message : String(error) }] };
  }
  const invalid = validate(schema, document);
  if (invalid.length > 0) return { errors: invalid.map((error) => ({ message: error.message })) };
  const { budget } = context;
  const rootValue = {
    viewer: { __typename: 'User', login: context.viewer.login ?? 'someone' },
    rateLimit: {
      cost: queryCost(request.query, request.variables),
      limit: budget.limit,
      remaining: budget.remaining,
      used: budget.used,
      nodeCount: 0,
      resetAt: new Date(budget.resetAt).toISOString(),
    },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const found = context.repositories.find(owner, name, context.viewer);
      if (found !== null) return repositoryObject(found.hosted, context.limits);
      throw new GraphQLError(`Could not resolve to a Repository with the name '${owner}/${name}'.`, {
        extensions: { type: 'NOT_FOUND' },
      });
    },
  };
  const result = await execute({ schema, document, rootValue, variableValues: { ...request.variables } });
  const answer: GraphqlAnswer = {
    data: result.data === undefined || result.data === null ? null : { ...result.data },
  };
  if (result.errors !== undefined) {
    answer.errors = result.errors.map((error) => ({
      ...(typeof error.extensions['type'] === 'string' ? { type: error.extensions['type'] } : {}),
      message: error.message,
      ...(error.path === undefined ? {} : { path: error.path }),
    }));
  }
  return answer;
}

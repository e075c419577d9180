import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import { client } from './client.ts';
import { failureOf, type Failure } from './failure.ts';

/** The outcome of a mutation: its success, or the failure, whether returned as data or as an error. */
export type Outcome<Success> = { ok: true; value: Success } | { ok: false; failure: Failure };

interface Refusal {
  code: string;
  message: string;
}

/** Runs a mutation whose single field is `result`, a union of one success and of errors. */
export async function mutate<Result extends { __typename: string }, Variables extends AnyVariables>(
  document: TypedDocumentNode<{ result: Result }, Variables>,
  variables: Variables,
): Promise<Outcome<Exclude<Result, Refusal>>> {
  const { data, error } = await client().mutation(document, variables).toPromise();
  if (error !== undefined) return { ok: false, failure: failureOf(error) };
  const result = data?.result;
  if (result === undefined) return { ok: false, failure: { code: 'EMPTY', message: '' } };
  return isSuccess(result) ? { ok: true, value: result } : { ok: false, failure: refusalOf(result) };
}

function isSuccess<Result extends { __typename: string }>(
  result: Result,
): result is Exclude<Result, Refusal> {
  return result.__typename.endsWith('Success');
}

function refusalOf(result: object): Failure {
  const code = 'code' in result && typeof result.code === 'string' ? result.code : 'UNKNOWN';
  return { code, message: 'message' in result && typeof result.message === 'string' ? result.message : '' };
}

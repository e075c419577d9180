import { SyncError } from '@project-sync/sync';
import { builder } from './builder.ts';
import { ErrorCodeEnum } from './error-code-enum.ts';
import type { ErrorCode } from './error-code.ts';

/** The kinds of expected failure. The code says which failure of a kind it is. */
export type FailureType =
  'NotFoundError' | 'ForbiddenError' | 'InvalidInputError' | 'ConflictError' | 'SourceError';

/** An expected failure of a mutation: returned, never thrown. */
export interface Failure {
  readonly failure: FailureType;
  readonly code: ErrorCode;
  readonly message: string;
}

/** The interface of every expected failure. */
export const errorInterface = builder.interfaceRef<Failure>('Error').implement({
  description: 'A failure the caller can act on. Every error type of a result union implements it.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'The code as text, such as BRANCH_NOT_FOUND: upper-case and never renamed.',
    }),
    reason: t.field({
      type: ErrorCodeEnum,
      description: 'The same code as a value of the enum, for programs to branch on.',
      resolve: ({ code }) => code,
    }),
    message: t.exposeString('message', {
      description: 'One plain sentence for people: what went wrong, and what to do about it.',
    }),
  }),
});

const descriptions: Record<FailureType, string> = {
  NotFoundError: 'The object does not exist, or the caller may not see it.',
  ForbiddenError:
    "The caller's role in the project, or a key bound to one project, does not allow this. A missing scope is reported in the top-level `errors` instead, as FORBIDDEN.",
  InvalidInputError: 'A value of the input is not acceptable.',
  ConflictError: 'The request contradicts the current state.',
  SourceError: 'The source of the repository failed or refused to answer.',
};
const failureTypes = Object.entries(descriptions).map(([name, description]) =>
  builder.objectRef<Failure>(name).implement({
    description,
    interfaces: [errorInterface],
    isTypeOf: (value) => value instanceof Object && 'failure' in value && value.failure === name,
  }),
);

/** Makes a failure. */
export function failed(failure: FailureType, code: ErrorCode, message: string): Failure {
  return { failure, code, message };
}

const missing = {
  project: 'PROJECT_NOT_FOUND',
  repository: 'REPOSITORY_NOT_FOUND',
  branch: 'BRANCH_NOT_FOUND',
  sync: 'SYNC_NOT_FOUND',
  pattern: 'PATTERN_NOT_FOUND',
  member: 'MEMBER_NOT_FOUND',
  'api key': 'API_KEY_NOT_FOUND',
  invitation: 'INVITATION_NOT_FOUND',
  session: 'SESSION_NOT_FOUND',
  user: 'USER_NOT_FOUND',
  document: 'DOCUMENT_NOT_FOUND',
  note: 'NOTE_NOT_FOUND',
  webhook: 'WEBHOOK_NOT_FOUND',
  'webhook delivery': 'WEBHOOK_DELIVERY_NOT_FOUND',
} as const satisfies Record<string, ErrorCode>;

/** The failure for what does not exist and for what the caller may not see: a stranger cannot tell them apart. */
export function notFound(what: keyof typeof missing): Failure {
  return failed(
    'NotFoundError',
    missing[what],
    `There is no such ${what}, or it is not yours to see. Check the id.`,
  );
}

const notFoundCodes = new Set<ErrorCode>(['REPOSITORY_NOT_FOUND', 'BRANCH_NOT_FOUND', 'REPOSITORY_EMPTY']);
const inputCodes = new Set<ErrorCode>(['INVALID_URL', 'HOST_NOT_ALLOWED', 'PATH_NOT_ALLOWED']);

/** A source's error as a failure; any other error is thrown on. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof SyncError)) throw error;
  if (inputCodes.has(error.code)) return failed('InvalidInputError', error.code, error.message);
  if (notFoundCodes.has(error.code)) return failed('NotFoundError', error.code, error.message);
  if (error.code === 'BRANCH_PINNED') return failed('ConflictError', error.code, error.message);
  return failed('SourceError', error.code, error.message);
}

type FieldsOf<T extends object> = NonNullable<
  Parameters<ReturnType<typeof builder.objectRef<T>>['implement']>[0]['fields']
>;

/** Makes the type of a mutation's success, and the union of it with every kind of failure. */
export function mutationResult<T extends object>(
  mutation: string,
  success: { readonly description: string; readonly fields: FieldsOf<T> },
) {
  const successType = builder.objectRef<T>(`${mutation}Success`).implement(success);
  return builder.unionType(`${mutation}Result`, {
    description: `The success of the mutation ${mutation.charAt(0).toLowerCase()}${mutation.slice(1)}, or the reason it failed.`,
    types: [successType, ...failureTypes],
    resolveType: (value: object) => ('failure' in value ? String(value.failure) : `${mutation}Success`),
  });
}

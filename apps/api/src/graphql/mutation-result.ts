import { SyncError } from '@project-sync/sync';
import { builder } from './builder.ts';
import { ErrorCodeEnum } from './error-code-enum.ts';
import type { ErrorCode } from './error-code.ts';

/** The kinds of expected failure. What exactly happened is in the code. */
export type FailureType =
  'NotFoundError' | 'ForbiddenError' | 'InvalidInputError' | 'ConflictError' | 'SourceError';

/** An expected failure: returned, never thrown. */
export interface Failure {
  readonly failure: FailureType;
  readonly code: ErrorCode;
  readonly message: string;
}

const errorInterface = builder.interfaceRef<Failure>('Error').implement({
  description: 'A failure that a caller can act on. Every error type of a result union implements it.',
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
      description: 'One plain sentence: what went wrong, and what to do about it.',
    }),
  }),
});

const descriptions: Record<FailureType, string> = {
  NotFoundError: 'There is no such thing, or it is not visible to whoever asks.',
  ForbiddenError: 'It is visible, but the role or the key does not allow this.',
  InvalidInputError: 'Something in the input cannot be taken as it is.',
  ConflictError: 'It does not go together with what is there now.',
  SourceError: 'The repository at its source did not answer as it should.',
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
  member: 'MEMBER_NOT_FOUND',
  'api key': 'API_KEY_NOT_FOUND',
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

/** What a source threw, as data; anything unexpected is thrown on. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof SyncError)) throw error;
  if (inputCodes.has(error.code)) return failed('InvalidInputError', error.code, error.message);
  if (notFoundCodes.has(error.code)) return failed('NotFoundError', error.code, error.message);
  return failed('SourceError', error.code, error.message);
}

/** The union of a success and every kind of failure. */
export function resultOf<T extends object>(
  name: string,
  success: ReturnType<ReturnType<typeof builder.objectRef<T>>['implement']>,
) {
  return builder.unionType(`${name}Result`, {
    description: `What became of ${name.charAt(0).toLowerCase()}${name.slice(1)}.`,
    types: [success, ...failureTypes],
    resolveType: (value: object) => ('failure' in value ? String(value.failure) : `${name}Success`),
  });
}

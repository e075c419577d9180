import { SyncError } from '@project-sync/sync';
import { builder } from './builder.ts';

/** The kinds of expected failure. What exactly happened is in the code. */
export type FailureType =
  'NotFoundError' | 'ForbiddenError' | 'InvalidInputError' | 'ConflictError' | 'SourceError';

/** An expected failure: returned, never thrown. */
export interface Failure {
  readonly failure: FailureType;
  readonly code: string;
  readonly message: string;
}

const errorInterface = builder.interfaceRef<Failure>('Error').implement({
  description: 'A failure that a caller can act on. Every error type of a result union implements it.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable and upper-case, such as BRANCH_NOT_FOUND: programs branch on it.',
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
export function failed(failure: FailureType, code: string, message: string): Failure {
  return { failure, code, message };
}

/** Nothing there, or nothing that whoever asks may know of: the same answer. */
export function notFound(what: string): Failure {
  return failed(
    'NotFoundError',
    `${what.toUpperCase().replaceAll(' ', '_')}_NOT_FOUND`,
    `There is no such ${what}, or it is not yours to see. Check the id.`,
  );
}

/** Visible, but read-only for this role. */
export function readOnly(): Failure {
  return failed(
    'ForbiddenError',
    'ROLE_TOO_LOW',
    'Your role in this project may look, not change. Ask an owner for a higher one.',
  );
}

const notFoundCodes = new Set(['REPOSITORY_NOT_FOUND', 'BRANCH_NOT_FOUND', 'REPOSITORY_EMPTY']);
const inputCodes = new Set(['INVALID_URL', 'HOST_NOT_ALLOWED', 'PATH_NOT_ALLOWED']);

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

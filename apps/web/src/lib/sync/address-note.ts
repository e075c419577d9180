import { textFor } from '../graphql/error-code.ts';
import type { Failure } from '../graphql/failure.ts';
import { texts } from '../texts.ts';
import { connectHelp } from './connect-help.ts';

/** The answer about an address before it is connected. */
export interface CheckedAddress {
  readonly defaultBranch: string | null;
  readonly isConnected: boolean;
  readonly failure: Pick<Failure, 'code' | 'message'> | null;
}

/** The part of that answer that the form shows. */
export interface AddressNote {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly text: string;
  readonly help: string | undefined;
}

/** Refusals that a token may turn into an answer. It is not sent with a check. */
const opensWithToken: ReadonlySet<string> = new Set([
  'REPOSITORY_NOT_FOUND',
  'AUTHENTICATION_FAILED',
  'PERMISSION_DENIED',
]);

/** The note for an address that was checked, as one of `kind` and beside a token or none. */
export function addressNote(
  { defaultBranch, isConnected, failure }: CheckedAddress,
  { kind, hasToken }: { readonly kind: string; readonly hasToken: boolean },
): AddressNote {
  const { check } = texts.connect;
  if (failure !== null && kind !== 'folder' && hasToken && opensWithToken.has(failure.code))
    return { tone: 'warn', text: check.private, help: undefined };
  if (failure !== null) return { tone: 'bad', text: textOf(failure), help: connectHelp(kind, failure.code) };
  if (isConnected) return { tone: 'warn', text: check.connected, help: undefined };
  if (defaultBranch === null)
    return { tone: 'warn', text: check.empty, help: texts.connect.help.REPOSITORY_EMPTY };
  return { tone: 'good', text: check.found(defaultBranch), help: undefined };
}

/** The app's own words where the server has not been reached; else the server's. */
function textOf({ code, message }: Pick<Failure, 'code' | 'message'>): string {
  const known = textFor<readonly [string, string, string]>(texts.failing, code);
  if (known !== undefined) return known[0];
  return message === '' ? texts.failing.UNKNOWN[0] : message;
}

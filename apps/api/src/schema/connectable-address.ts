import { hasOperatorAccess, type NewRepository } from '@project-sync/db';
import type { ApiContext } from '../graphql/context.ts';
import { failed, type Failure } from '../graphql/mutation-result.ts';
import { isOperator } from '../graphql/require-operator.ts';

/** The address of a repository as a caller gives it. */
export interface GivenAddress {
  readonly provider: NewRepository['provider'];
  readonly url: string;
  readonly token?: string | null | undefined;
}

/** An address that may be read, in its canonical form, and how. */
export interface ConnectableAddress {
  readonly provider: NewRepository['provider'];
  readonly url: string;
  readonly name: string;
  readonly token: string | null;
  /** Whether the operator's token and folders may be used. */
  readonly operatorAccess: boolean;
}

/** Checks an address by the rules of this server; `projectId` is null for a project that is still to be created. Throws `SyncError`. */
export async function connectableAddress(
  { provider, url: given, token: givenToken }: GivenAddress,
  projectId: string | null,
  context: Pick<ApiContext, 'identify' | 'needsOperator' | 'database' | 'viewer'>,
): Promise<Failure | ConnectableAddress> {
  const token = givenToken?.trim() === '' ? null : (givenToken?.trim() ?? null);
  const { url, name } = context.identify({ provider, url: given });
  const needed = context.needsOperator({ provider, url, token });
  // The operator may use their own token and folders in any project; others only where the operator allowed it.
  const mayUseOperators = async () =>
    (await isOperator(context)) ||
    (projectId !== null && (await hasOperatorAccess(context.database, projectId)));
  const operatorAccess = needed !== null && (await mayUseOperators());
  // Without the operator's token a public repository is still readable; without the folder nothing is.
  if (needed === 'folder' && !operatorAccess)
    return failed(
      'ForbiddenError',
      'OPERATOR_ACCESS_NEEDED',
      "This project may not read in the server's own folders. Ask an operator to allow it.",
    );
  return { provider, url, name, token, operatorAccess };
}

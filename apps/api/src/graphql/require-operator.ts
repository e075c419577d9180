import { rightsOf } from '@project-sync/db';
import type { ApiContext } from './context.ts';
import { failed, type Failure } from './mutation-result.ts';
import { apiError } from './errors.ts';

/** Whether the caller is the operator of the instance. A key that is bound to a project never is. */
export async function isOperator({
  database,
  viewer,
}: Pick<ApiContext, 'database' | 'viewer'>): Promise<boolean> {
  if (viewer === null || viewer.projectId !== null) return false;
  return (await rightsOf(database, viewer.userId)).isOperator;
}

const message = 'Only an operator of this server may do this. Ask one.';

/** The failure to return unless the caller is an operator; null if they are. */
export async function requireOperator(
  context: Pick<ApiContext, 'database' | 'viewer'>,
): Promise<Failure | null> {
  return (await isOperator(context)) ? null : failed('ForbiddenError', 'NOT_OPERATOR', message);
}

/** Throws unless the caller is an operator: for fields that are read. */
export async function asOperator(context: Pick<ApiContext, 'database' | 'viewer'>): Promise<void> {
  if (!(await isOperator(context))) throw apiError('NOT_OPERATOR', message);
}

import { tenantReads, type Tenant, type TenantReads } from '@project-sync/db';
import { MOST_COST } from './limit-cost.ts';
import type { BudgetState } from './request-budget.ts';
import type { Push } from './share-executions.ts';
import type { ApiContext, ApiServices, Viewer } from '../graphql/context.ts';

/** Of what the server asks itself. */
const unlimited: BudgetState = { limit: 0, remaining: 0, resetAt: new Date(0) };

/** How somebody asks. */
export interface Asking {
  readonly request: Request;
  /** Never taken from a request, whose headers anybody may write. */
  readonly publicUrl?: string;
  readonly signal?: AbortSignal;
  readonly budget?: BudgetState;
  readonly push?: Push | undefined;
  readonly openReads?: (tenant: Tenant) => TenantReads;
}

/** What the resolvers of one request are given. Somebody unknown gets a tenant without a single project. */
export function contextOf(
  services: ApiServices,
  viewer: Viewer | null,
  {
    request,
    publicUrl = '',
    signal = request.signal,
    budget = unlimited,
    push,
    openReads = (tenant) => tenantReads(services.database, tenant),
  }: Asking,
): ApiContext {
  const tenant = { userId: viewer?.userId ?? '', projectId: viewer?.projectId ?? null };
  const reads = openReads(tenant);
  return {
    ...services,
    viewer,
    user: viewer === null ? null : { id: viewer.userId },
    tenant,
    reads,
    prisma: reads.prisma,
    sql: (work) => services.database.asTenant(tenant, work),
    publicUrl,
    rateLimit: { ...budget, cost: 0, costLimit: MOST_COST },
    signal,
    follows: new Set(),
    ...(push === undefined ? {} : { push }),
  };
}

import { noOrigin, tenantReads, type AuditOrigin, type Tenant, type TenantReads } from '@project-sync/db';
import { AnswerSize } from './answer-size.ts';
import { MOST_COST } from './limit-cost.ts';
import type { BudgetState } from './request-budget.ts';
import type { ApiContext, ApiServices, Viewer, Push } from '../graphql/context.ts';

/** The budget of the server's own queries. */
const unlimited: BudgetState = { limit: 0, remaining: 0, resetAt: new Date(0) };

/** The request behind a context. */
export interface RequestSource {
  readonly request: Request;
  /** Configured, never read from a request, whose headers cannot be trusted. */
  readonly publicUrl?: string;
  readonly signal?: AbortSignal;
  /** The address of the client; null where it is not known. */
  readonly address?: string | null | undefined;
  readonly budget?: BudgetState;
  /** Takes the cost of the request's fields from the budget; nothing for the server's own queries. */
  readonly charge?: (cost: number) => boolean;
  readonly push?: Push | undefined;
  readonly openReads?: (tenant: Tenant) => TenantReads;
}

/** Creates the context of one request's resolvers. An anonymous caller gets a tenant without projects. */
export function contextOf(
  services: ApiServices,
  viewer: Viewer | null,
  {
    request,
    publicUrl = '',
    signal = request.signal,
    address = null,
    budget = unlimited,
    charge = () => true,
    push,
    openReads = (tenant) => tenantReads(services.database, tenant),
  }: RequestSource,
): ApiContext {
  const tenant = { userId: viewer?.userId ?? '', projectId: viewer?.projectId ?? null };
  const reads = openReads(tenant);
  return {
    ...services,
    viewer,
    user: viewer === null ? null : { id: viewer.userId },
    tenant,
    origin: originOf(viewer, address),
    reads,
    prisma: reads.prisma,
    sql: (work) => services.database.asTenant(tenant, work),
    publicUrl,
    rateLimit: { ...budget, cost: 0, costLimit: MOST_COST, charge },
    answer: new AnswerSize(),
    signal,
    follows: new Set(),
    ...(push === undefined ? {} : { push }),
  };
}

function originOf(viewer: Viewer | null, address: string | null): AuditOrigin {
  if (viewer === null) return { ...noOrigin, address };
  const { kind, id } = viewer.credential;
  return { actorId: viewer.userId, credential: `${kind} ${id}`, address };
}

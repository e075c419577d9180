import { chargedSql, tenantAccount } from '../database/account.ts';
import type { Database, Sql, Tenant, TenantScope } from '../database/database.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { emptyProject, projectScopedSql } from './project-scoped-sql.ts';
import { batchByTick, type Question } from './tick-batching.ts';
import { visibleProjects } from './visible-projects.ts';

/** The ways in which a tenant reads. Reads of one tick of the event loop share a transaction. */
export interface TenantReads {
  /** A client in which only the tenant's projects exist. Each write opens a transaction of its own. */
  readonly prisma: PrismaClient;
  /** Reads everything the tenant may see, under row-level security: for reads across several projects. */
  inAll<T>(read: (sql: Sql) => Promise<T>): Promise<T>;
  /** Reads one project after checking the tenant's right to it. Without that right the project is empty. */
  inProject<T>(projectId: string, read: (sql: Sql) => Promise<T>): Promise<T>;
}

/** The connection a read gets: the tenant's transaction, or one project the tenant may see. */
type Connection =
  { readonly kind: 'tenant'; readonly scope: TenantScope } | { readonly kind: 'project'; readonly sql: Sql };

const readOperations = new Set([
  'findUnique',
  'findUniqueOrThrow',
  'findFirst',
  'findFirstOrThrow',
  'findMany',
  'count',
  'aggregate',
  'groupBy',
]);

/**
 * Reads as a tenant. A list of a hundred rows with three fields behind each makes three hundred reads in one tick; here
 * they share one transaction of the tenant, and look-ups by a unique key share one statement for each kind. No
 * transaction spans a call to the outside, and a resolver that forgets a filter still sees nothing of other tenants.
 */
export function tenantReads(database: Database, tenant: Tenant): TenantReads {
  const ask = batchByTick((questions: readonly Question<Connection>[]) =>
    answer(database, tenant, questions),
  );
  const extended = database.prisma.$extends({
    query: {
      $allModels: {
        $allOperations({ model, operation, args }) {
          if (!readOperations.has(operation))
            return database.asTenant(tenant, (scope) => call(scope, { model, operation, args }));
          const group = groupOf({ model, operation, args });
          return ask({ projectId: null, group }, (connection) =>
            call(tenantScope(connection), { model, operation, args }),
          );
        },
      },
    },
  });
  return {
    // An extended client lacks only the events of a client, which are not used here.
    prisma: extended as unknown as PrismaClient,
    inAll: (read) => ask({ projectId: null, group: null }, (connection) => read(tenantScope(connection))),
    inProject: (projectId, read) =>
      ask({ projectId, group: null }, (connection) => {
        if (connection.kind !== 'project') throw new Error('A project is read on its own connection alone.');
        return read(connection.sql);
      }),
  };
}

function tenantScope(connection: Connection): TenantScope {
  if (connection.kind !== 'tenant') throw new Error("This read needs the tenant's transaction.");
  return connection.scope;
}

async function answer(
  database: Database,
  tenant: Tenant,
  questions: readonly Question<Connection>[],
): Promise<void> {
  const ofProjects = questions.filter(({ projectId }) => projectId !== null);
  const groups = Map.groupBy(
    questions.filter(({ projectId }) => projectId === null),
    (question) => question.group ?? question,
  );
  const visible = await database.asTenant(tenant, async (scope) => {
    for (const group of groups.values()) {
      // Started together, so that Prisma makes one statement of them; all end before the transaction does.
      const answered = await Promise.allSettled(
        group.map((question) => question.run({ kind: 'tenant', scope })),
      );
      const failed = answered.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    }
    return ofProjects.length === 0 ? new Set<string>() : visibleProjects(scope);
  });
  for (const question of ofProjects) {
    const projectId = question.projectId ?? '';
    const sql = visible.has(projectId) ? projectScopedSql(database.system, projectId) : emptyProject;
    await question.run({ kind: 'project', sql: chargedSql(sql, tenantAccount(tenant)) });
  }
}

interface Operation {
  readonly model: string;
  readonly operation: string;
  readonly args: object;
}

/** Calls `prisma.<model>.<operation>`. Prisma's types cannot be indexed by a variable. */
function call(scope: TenantScope, { model, operation, args }: Operation): Promise<unknown> {
  const delegate: unknown = Reflect.get(scope.prisma, model.charAt(0).toLowerCase() + model.slice(1));
  const run: unknown = delegate instanceof Object ? Reflect.get(delegate, operation) : null;
  if (typeof run !== 'function') throw new Error(`There is no ${model}.${operation}.`);
  return Promise.resolve(Reflect.apply(run, delegate, [args]) as unknown);
}

/** The same text for look-ups that Prisma can join into one statement: by a unique key, with an equal selection. */
function groupOf({ model, operation, args }: Operation): string | null {
  if (operation !== 'findUnique' && operation !== 'findUniqueOrThrow') return null;
  return JSON.stringify([model, operation, { ...args, where: undefined }], (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

import type { Database, Sql, Tenant, TenantScope } from '../database/database.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { emptyProject, projectWall } from './project-scoped-sql.ts';
import { openTurns, type Question } from './tick-batching.ts';
import { visibleProjects } from './visible-projects.ts';

/** All that a tenant reads by. What is asked in the same turn of the event loop is read together. */
export interface TenantReads {
  /** A client in which only the tenant's projects exist. Writes open a transaction of their own. */
  readonly prisma: PrismaClient;
  /** A read of all that the tenant may see, under row-level security: for what several projects are asked at once. */
  inAll<T>(read: (sql: Sql) => Promise<T>): Promise<T>;
  /** A read of one project, after a look at the tenant's right to it. Without that right nothing is there. */
  inProject<T>(projectId: string, read: (sql: Sql) => Promise<T>): Promise<T>;
}

/** What a question is asked of: the tenant's transaction, or one project that it may see. */
type Asked =
  { readonly kind: 'tenant'; readonly scope: TenantScope } | { readonly kind: 'project'; readonly sql: Sql };

const reads = new Set([
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
 * Reads as a tenant. A list of a hundred rows with three fields behind each asks three hundred questions in one turn;
 * here they share one transaction of the tenant, and those that look up by a unique key share one statement a kind. No
 * transaction spans a call to the outside, and a resolver that forgets to filter still sees nothing of others.
 */
export function tenantReads(database: Database, tenant: Tenant): TenantReads {
  const ask = openTurns((questions: readonly Question<Asked>[]) => answer(database, tenant, questions));
  const extended = database.prisma.$extends({
    query: {
      $allModels: {
        $allOperations({ model, operation, args }) {
          const run = (asked: Asked) => {
            if (asked.kind !== 'tenant') throw new Error('A model is read through the tenant alone.');
            return call(asked.scope, model, operation, args);
          };
          if (!reads.has(operation))
            return database.asTenant(tenant, (scope) => run({ kind: 'tenant', scope }));
          return ask({ of: null, group: groupOf(model, operation, args) }, run);
        },
      },
    },
  });
  return {
    // An extended client has all of a client but its events, which nobody listens to here.
    prisma: extended as unknown as PrismaClient,
    inAll: (read) =>
      ask({ of: null, group: null }, (asked) => {
        if (asked.kind !== 'tenant') throw new Error('All projects are read through the tenant alone.');
        return read(asked.scope);
      }),
    inProject: (projectId, read) =>
      ask({ of: projectId, group: null }, (asked) => {
        if (asked.kind !== 'project') throw new Error('A project is read through its wall alone.');
        return read(asked.sql);
      }),
  };
}

async function answer(
  database: Database,
  tenant: Tenant,
  questions: readonly Question<Asked>[],
): Promise<void> {
  const ofProjects = questions.filter(({ of }) => of !== null);
  const groups = Map.groupBy(
    questions.filter(({ of }) => of === null),
    (question) => question.group ?? question,
  );
  const visible = await database.asTenant(tenant, async (scope) => {
    for (const group of groups.values()) {
      // Asked at once, so that Prisma makes one statement of them; all have ended before the transaction does.
      const asked = await Promise.allSettled(
        group.map((question) => question.run({ kind: 'tenant', scope })),
      );
      const failed = asked.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    }
    return ofProjects.length === 0 ? new Set<string>() : visibleProjects(scope);
  });
  for (const question of ofProjects) {
    const projectId = question.of ?? '';
    const sql = visible.has(projectId) ? projectWall(database.system, projectId) : emptyProject;
    await question.run({ kind: 'project', sql });
  }
}

/** Prisma names delegates by the model, its first letter small, and types none of them by a variable. */
function call(scope: TenantScope, model: string, operation: string, args: unknown): Promise<unknown> {
  const delegate: unknown = Reflect.get(scope.prisma, model.charAt(0).toLowerCase() + model.slice(1));
  const run: unknown = delegate instanceof Object ? Reflect.get(delegate, operation) : null;
  if (typeof run !== 'function') throw new Error(`There is no ${model}.${operation}.`);
  return Promise.resolve<unknown>(run.call(delegate, args));
}

/** Which look-ups Prisma can answer with one statement: those by the same key that want the same of each row. */
function groupOf(model: string, operation: string, args: object): string | null {
  if (operation !== 'findUnique' && operation !== 'findUniqueOrThrow') return null;
  return JSON.stringify([model, operation, { ...args, where: undefined }], (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

import type { Database, Tenant } from './database.ts';
import type { PrismaClient } from './generated/prisma/client.ts';

/**
 * A Prisma client in which only a tenant's projects exist: each access opens the tenant's own short transaction, so
 * nothing spans a call to the outside, and a resolver that forgets to filter still sees nothing of others.
 */
export function tenantPrisma(database: Database, tenant: Tenant): PrismaClient {
  const extended = database.prisma.$extends({
    query: {
      $allModels: {
        $allOperations: ({ model, operation, args }) =>
          database.asTenant(tenant, (scope) => {
            // Prisma names delegates by the model, its first letter small, and types none of them by a variable.
            const delegate: unknown = Reflect.get(
              scope.prisma,
              model.charAt(0).toLowerCase() + model.slice(1),
            );
            const run: unknown = delegate instanceof Object ? Reflect.get(delegate, operation) : null;
            if (typeof run !== 'function') throw new Error(`There is no ${model}.${operation}.`);
            return Promise.resolve<unknown>(run.call(delegate, args));
          }),
      },
    },
  });
  // An extended client has all of a client but its events, which nobody listens to here.
  return extended as unknown as PrismaClient;
}

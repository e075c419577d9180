import {
  auditPage,
  countAudit,
  INSTANCE,
  type AuditEntry as Entry,
  type AuditFilter,
  type AuditPlace,
  type Sql,
} from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { apiError } from '../graphql/errors.ts';
import { userIdOf } from '../graphql/ids.ts';
import { badCursor, checkForwardPage, connectionOf, decodeCursor } from '../graphql/pagination.ts';
import { asOperator } from '../graphql/require-operator.ts';
import { requireRole } from '../graphql/require-role.ts';
import { Instance } from './instance.ts';
import { Project } from './project.ts';

const AuditEntry = builder.objectRef<Entry>('AuditEntry').implement({
  description:
    'One action that was done: by which user, with which key or session, from where. Entries are only added.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'The time of the action.' }),
    action: t.exposeString('action', {
      description: 'The name of the mutation, or `signIn`, `signOut`, `acceptInvitation` and the like.',
    }),
    subject: t.exposeString('subject', {
      description: 'The ID of the object in the database, such as a project, key or user.',
    }),
    actor: t.exposeString('actor', {
      nullable: true,
      description: 'The e-mail address the user had then; null for a webhook.',
    }),
    credential: t.exposeString('credential', {
      nullable: true,
      description:
        'The key or session that was used, as `key <id>` or `session <id>`; null if there was none.',
    }),
    address: t.exposeString('address', {
      nullable: true,
      description: 'The address the request came from; null if it is not known.',
    }),
    detail: t.string({
      description: 'The input of the action as JSON, without secrets and long texts.',
      resolve: ({ detail }) => JSON.stringify(detail),
    }),
  }),
});

/** The arguments of a list of the audit log. */
interface AuditArguments {
  readonly actions?: readonly string[] | null | undefined;
  readonly actor?: string | null | undefined;
  readonly since?: Date | null | undefined;
  readonly until?: Date | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** The filters of both lists. */
const filters = builder.args((t) => ({
  actions: t.stringList({ required: false, description: 'Only these actions; all by default.' }),
  actor: t.id({ required: false, description: 'Only actions of the user with this ID.' }),
  since: t.field({ type: 'DateTime', required: false, description: 'Only actions from this time on.' }),
  until: t.field({ type: 'DateTime', required: false, description: 'Only actions before this time.' }),
}));

/** Runs statements with the rights of the caller. */
type Read = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;

builder.prismaObjectField(Project, 'auditLog', (t) =>
  t.connection(
    {
      type: AuditEntry,
      authScopes: { scope: 'ADMIN' },
      description:
        'The actions on the project, newest first. Needs the scope ADMIN and the role OWNER. `/audit` exports the same list.',
      args: filters,
      resolve: async ({ id }, args, context) => {
        const refused = await requireRole(context, id, 'OWNER');
        if (refused !== null) throw apiError(refused.code, refused.message);
        return auditConnection(context.sql, id, args);
      },
    },
    ...connectionFor('AuditEntry'),
  ),
);

builder.objectField(Instance, 'auditLog', (t) =>
  t.connection(
    {
      type: AuditEntry,
      authScopes: { scope: 'ADMIN' },
      description:
        'The actions on the instance, such as sign-ins and rights of people, newest first. For operators. Needs the scope ADMIN.',
      args: filters,
      resolve: async (_instance, args, context) => {
        await asOperator(context);
        return auditConnection((work) => work(context.database.system), INSTANCE, args);
      },
    },
    ...connectionFor('AuditEntry'),
  ),
);

async function auditConnection(read: Read, projectId: string, args: AuditArguments) {
  checkForwardPage(args);
  const first = args.first ?? 20;
  const filter = filterOf(projectId, args);
  const list = `audit ${JSON.stringify(filter)}`;
  const after = placeOf(decodeCursor(args.after, list));
  const rows = await read((sql) => auditPage(sql, filter, { after, limit: first + 1 }));
  return connectionOf(rows, first, ({ at, id }) => `${at.toISOString()} ${id}`, {
    list,
    after: after !== null,
    total: () => read((sql) => countAudit(sql, filter)),
  });
}

function filterOf(projectId: string, { actions, actor, since, until }: AuditArguments): AuditFilter {
  return {
    projectId,
    actions: actions ?? null,
    // An ID of another type is the ID of no user.
    actorId: actor == null ? null : (userIdOf(actor) ?? ''),
    since: since ?? null,
    until: until ?? null,
  };
}

function placeOf(cursor: string | null): AuditPlace | null {
  if (cursor === null) return null;
  const [at = '', id = ''] = cursor.split(' ');
  if (Number.isNaN(Date.parse(at)) || !/^[0-9a-f-]{36}$/.test(id)) throw badCursor();
  return { at: new Date(at), id };
}

import { auditPage, INSTANCE, type AuditEntry, type AuditPlace, type Sql } from '@project-sync/db';
import { holds } from '../../auth/api-key.ts';
import type { ApiContext } from '../../graphql/context.ts';
import { isOperator } from '../../graphql/require-operator.ts';
import { requireRole } from '../../graphql/require-role.ts';
import { contextOf } from '../request-context.ts';
import { headersOf, sendText, type Handler } from '../respond.ts';
import { chargeBytes, spendRequest, type Site } from '../site.ts';
import { viewerOf } from '../viewer-of.ts';

const PAGE = 500;

/** The log that a caller may export, and the way to read it. */
interface Log {
  readonly projectId: string;
  readonly read: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
}

/**
 * `/audit?project=<slug>`: the audit log of a project for its owners, or without a project that of the instance for
 * operators, as JSON lines, newest first. `since` and `until` limit the time.
 */
export function auditExport(
  site: Pick<Site, 'application' | 'authenticate' | 'budget' | 'addressOf'>,
): Handler {
  return async (request, response) => {
    if (!spendRequest(site, request, response)) return;
    const url = new URL(request.url ?? '/', 'http://localhost');
    const viewer = await viewerOf(site, headersOf(request));
    const context = contextOf(site.application.services, viewer, { request: new Request(url) });
    const log = await logOf(url.searchParams.get('project'), context);
    const [since, until] = ['since', 'until'].map((name) => timeIn(url.searchParams.get(name)));
    if (log === null || since === undefined || until === undefined)
      return sendText(response, 404, 'The log does not exist, or you have no access to it.');
    response.writeHead(200, {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="audit.ndjson"',
      'cache-control': 'no-store',
    });
    let after: AuditPlace | null = null;
    for (;;) {
      const place: AuditPlace | null = after;
      const filter = { projectId: log.projectId, actions: null, actorId: null, since, until };
      const rows: AuditEntry[] = await log.read((sql) =>
        auditPage(sql, filter, { after: place, limit: PAGE }),
      );
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      chargeBytes(site, request, Buffer.byteLength(lines));
      response.write(lines);
      after = rows.at(-1) ?? null;
      if (rows.length < PAGE || response.destroyed) break;
      // A reader that does not keep up must not fill the memory.
      if (response.writableNeedDrain)
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    return response.end();
  };
}

async function logOf(slug: string | null, context: ApiContext): Promise<Log | null> {
  const { viewer, database, prisma } = context;
  if (viewer === null || !holds(viewer.scopes, 'ADMIN')) return null;
  if (slug === null)
    return (await isOperator(context))
      ? { projectId: INSTANCE, read: (work) => work(database.system) }
      : null;
  const project = await prisma.project.findUnique({ where: { slug }, select: { id: true } });
  if (project === null || (await requireRole(context, project.id, 'OWNER')) !== null) return null;
  return { projectId: project.id, read: (work) => context.sql(work) };
}

/** The time of a parameter: null where there is none, undefined where it is no time. */
function timeIn(text: string | null): Date | null | undefined {
  if (text === null) return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

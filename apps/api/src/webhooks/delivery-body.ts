import { z } from 'zod';
import { encodeGlobalID } from '../graphql/ids.ts';

const text = z.string();
const time = z.string().nullable();

/** The facts of a delivery, as the transaction of its event wrote them. */
const facts = z.object({
  project: z.object({ id: text, slug: text, name: text }),
  repository: z.object({ id: text, name: text, url: text }),
  branch: text,
  sync: z
    .object({
      id: text,
      number: z.number().nullable(),
      trigger: text,
      status: text,
      commitOid: text.nullable(),
      queuedAt: time,
      startedAt: time,
      completedAt: time,
      stats: z.record(text, z.number()),
      warnings: z.array(text),
      failure: z.object({ code: text, message: text, retryable: z.boolean().nullable() }).nullable(),
    })
    .exactOptional(),
  patterns: z
    .object({
      count: z.number(),
      first: z.array(
        z.object({
          id: text,
          kind: text.nullable(),
          severity: text.nullable(),
          detector: text,
          title: text,
        }),
      ),
    })
    .exactOptional(),
  head: z.object({ commitOid: text, storedCommitOid: text }).exactOptional(),
});

/** A delivery as far as its body depends on it. */
export interface BodyParts {
  readonly publicId: string;
  readonly event: string;
  readonly createdAt: Date;
  readonly data: unknown;
}

/** Makes the body of a delivery: the same text at each attempt, with IDs as the API returns them. */
export function deliveryBody(
  { publicId, event, createdAt, data }: BodyParts,
  { publicUrl, redact }: { readonly publicUrl: string; readonly redact: (text: string) => string },
): string {
  const { project, repository, branch, sync, patterns, head } = facts.parse(data);
  const idOf = (type: string, id: string) => encodeGlobalID(type, `${project.id}:${id}`);
  const time = (at: string | null) => (at === null ? null : new Date(at).toISOString());
  const syncId = sync === undefined ? null : idOf('ProjectSync', sync.id);
  return JSON.stringify({
    id: publicId,
    event,
    createdAt: createdAt.toISOString(),
    project: {
      id: encodeGlobalID('Project', project.id),
      slug: project.slug,
      name: redact(project.name),
      webUrl: `${publicUrl}/p/${project.slug}`,
    },
    repository: { id: idOf('Repository', repository.id), name: repository.name, url: repository.url },
    branch: { id: idOf('Branch', `${repository.id}:${branch}`), name: branch },
    ...(head === undefined ? {} : { head }),
    ...(sync === undefined
      ? {}
      : {
          sync: {
            ...sync,
            id: syncId,
            queuedAt: time(sync.queuedAt),
            startedAt: time(sync.startedAt),
            completedAt: time(sync.completedAt),
            failure:
              sync.failure === null ? null : { ...sync.failure, message: redact(sync.failure.message) },
            webUrl: `${publicUrl}/p/${project.slug}/history/${encodeURIComponent(syncId ?? '')}`,
          },
        }),
    ...(patterns === undefined
      ? {}
      : {
          patterns: {
            count: patterns.count,
            first: patterns.first.map(({ id, title, ...rest }) => ({
              id: idOf('Pattern', id),
              title: redact(title),
              ...rest,
            })),
          },
        }),
  });
}

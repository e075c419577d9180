import { z } from 'zod';

/** The body of a delivery about a sync. */
export const bodyShape = z.object({
  id: z.uuid(),
  event: z.string(),
  project: z.object({ id: z.string(), slug: z.string(), webUrl: z.url() }),
  repository: z.object({ id: z.string(), url: z.string() }),
  branch: z.object({ id: z.string(), name: z.string() }),
  sync: z.looseObject({
    id: z.string(),
    status: z.string(),
    stats: z.looseObject({ filesAdded: z.number() }),
    completedAt: z.iso.datetime(),
    failure: z.looseObject({ code: z.string() }).nullable(),
  }),
});

/** The body of a delivery about the patterns that a sync brought. */
export const patternsShape = bodyShape.extend({
  patterns: z.object({
    count: z.number(),
    first: z.array(z.object({ id: z.string(), title: z.string(), detector: z.string() })),
  }),
});

const delivery = z.object({
  id: z.string(),
  deliveryId: z.string(),
  event: z.string(),
  status: z.string(),
  attempts: z.number(),
  durationMs: z.number().nullable(),
  responseStatus: z.number().nullable(),
  responseHead: z.string().nullable(),
  failure: z.string().nullable(),
  nextAttemptAt: z.string().nullable(),
  body: z.string(),
});
/** A delivery as the API lists it. */
export type Delivery = z.infer<typeof delivery>;

/** The webhooks of a project with their deliveries, in an answer of the API. */
export const listed = z.object({
  data: z.object({
    node: z.object({
      webhooks: z.array(
        z.object({ id: z.string(), url: z.string(), isActive: z.boolean(), failures: z.number() }),
      ),
      webhookDeliveries: z.object({ totalCount: z.number(), nodes: z.array(delivery) }),
    }),
  }),
});

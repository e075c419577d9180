import { z } from 'zod';
import type { Client } from './client.ts';
import { Refusal } from './refusal.ts';

/** The most syncs that the server starts by one request. */
const AT_ONCE = 50;

const failure = { code: z.string().exactOptional(), message: z.string().exactOptional() };
const result = z.object({ ...failure, sync: z.object({ id: z.string() }).exactOptional() });
const shape = z.object({
  started: z.object({ ...failure, results: z.array(result.nullable()).exactOptional() }),
});

/** Starts syncs of one project, and returns one answer for each, in their order. */
export async function startAll(
  client: Client,
  projectId: string,
  syncs: readonly { readonly repositoryId: string; readonly branch: string | null }[],
): Promise<({ readonly id: string } | Refusal)[]> {
  const answers: ({ readonly id: string } | Refusal)[] = [];
  for (let from = 0; from < syncs.length; from += AT_ONCE) {
    const { started } = await client.ask(
      shape,
      `mutation ($input: StartSyncsInput!) { started: startSyncs(input: $input) {
         ... on StartSyncsSuccess { results { ... on StartSyncSuccess { sync { id } } ... on Error { code message } } } ... on Error { code message } } }`,
      { input: { projectId, syncs: syncs.slice(from, from + AT_ONCE) } },
    );
    const results = client.orThrow(started.results, started);
    answers.push(
      ...results.map(
        (one) =>
          one?.sync ?? new Refusal(one?.code ?? 'INTERNAL', one?.message ?? 'The server could not start it.'),
      ),
    );
  }
  return answers;
}

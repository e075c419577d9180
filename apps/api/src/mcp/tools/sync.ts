import { z } from 'zod';
import { placeQueries, repositoryOf } from '../place.ts';
import { ToolRefusal } from '../tool-refusal.ts';
import { tool } from '../tool.ts';

const answer = z.object({
  startSync: z.object({
    code: z.string().optional(),
    message: z.string().optional(),
    sync: z.object({ id: z.string(), status: z.string(), branch: z.string() }).optional(),
  }),
});
const query =
  'mutation ($repository: ID!, $branch: String) { startSync(input: { repositoryId: $repository, branch: $branch }) { ... on StartSyncSuccess { sync { id status branch } } ... on Error { code message } } }';

/** Starts a sync. */
export const sync = tool({
  name: 'sync',
  title: 'Fetch the newest state',
  description:
    'Starts a sync that brings a branch to its newest commit, or returns the one that runs already. The tool status shows how far it is.',
  input: z.object({
    repository: z.string().describe('The repository as project/repository, as status lists it.'),
    branch: z.string().optional().describe('The branch; the default branch if left out.'),
  }),
  output: z.object({ sync: z.string(), repository: z.string(), branch: z.string(), status: z.string() }),
  changes: true,
  queries: [query, placeQueries.repositories],
  async run(given, api) {
    const repository = await repositoryOf(api, given.repository);
    const { startSync } = await api.query(answer, query, {
      repository: repository.id,
      branch: given.branch ?? null,
    });
    const { sync: started, code = 'INTERNAL', message = 'The sync was not started.' } = startSync;
    if (started === undefined) throw new ToolRefusal(code, message);
    return {
      text: `The sync of ${repository.name}, branch ${started.branch}, is ${started.status}: ${started.id}`,
      data: { sync: started.id, repository: repository.name, branch: started.branch, status: started.status },
    };
  },
});

import { z } from 'zod';
import type { Client } from './client.ts';
import type { CommandInput } from './command.ts';
import { projectsAnswer } from './projects-answer.ts';
import { Refusal } from './refusal.ts';

const answer = projectsAnswer(
  z.object({
    name: z.string(),
    keptBranches: z.object({
      nodes: z.array(
        z.object({
          name: z.string(),
          isDefault: z.boolean(),
          lastSync: z.object({ id: z.string() }).nullable(),
        }),
      ),
    }),
  }),
);

/** The snapshot that readers of a repository see, by the sync that left it. */
export interface StoredSnapshot {
  readonly project: string;
  readonly repository: string;
  readonly branch: string;
  readonly syncId: string;
}

/** One snapshot of each repository: of the given branch, else of the default one or the one synced last. */
export async function storedSnapshots(
  client: Client,
  { project, branch }: Pick<CommandInput['flags'], 'project' | 'branch'>,
): Promise<StoredSnapshot[]> {
  const { projects } = await client.ask(
    answer,
    'query ($slug: String, $branch: String) { projects(query: $slug, first: 20) { nodes { slug repositories(first: 20) { nodes { name keptBranches(query: $branch, first: 20) { nodes { name isDefault lastSync { id } } } } } } } }',
    { slug: project ?? null, branch: branch ?? null },
  );
  const found = projects.nodes
    .filter(({ slug }) => project === undefined || slug === project)
    .flatMap(({ slug, repositories }) =>
      repositories.nodes.flatMap(({ name, keptBranches: { nodes } }) => {
        const chosen =
          branch === undefined
            ? (nodes.find(({ isDefault }) => isDefault) ?? nodes[0])
            : nodes.find((each) => each.name === branch);
        return chosen?.lastSync == null
          ? []
          : [{ project: slug, repository: name, branch: chosen.name, syncId: chosen.lastSync.id }];
      }),
    );
  if (found.length === 0)
    throw new Refusal(
      'BRANCH_NOT_FOUND',
      'Nothing is synced there yet. Sync it: project-sync sync <repository>',
    );
  return found;
}

import { z } from 'zod';
import { EXIT, type Command } from './command.ts';

const sync = z.object({
  id: z.string(),
  branch: z.string(),
  status: z.string(),
  trigger: z.string(),
  commitOid: z.string().nullable(),
  commitMessage: z.string().nullable(),
  queuedAt: z.string(),
  completedAt: z.string().nullable(),
  repository: z.object({ name: z.string() }),
  stats: z.object({
    filesTotal: z.number(),
    filesAdded: z.number(),
    filesModified: z.number(),
    filesRemoved: z.number(),
  }),
});
const answer = z.object({
  projects: z.object({
    nodes: z.array(z.object({ slug: z.string(), syncs: z.object({ nodes: z.array(sync) }) })),
  }),
});

async function newest(input: Parameters<Command>[0], first: number) {
  const { projects } = await input.client.ask(
    answer,
    `query ($slug: String, $first: Int) { projects(query: $slug, first: 50) { nodes { slug syncs(first: $first) { nodes {
       id branch status trigger commitOid commitMessage queuedAt completedAt repository { name }
       stats { filesTotal filesAdded filesModified filesRemoved } } } } } }`,
    { slug: input.flags.project ?? null, first },
  );
  return projects.nodes
    .filter(({ slug }) => input.flags.project === undefined || slug === input.flags.project)
    .flatMap(({ slug, syncs }) => syncs.nodes.map((one) => ({ project: slug, ...one })))
    .filter(({ branch }) => input.flags.branch === undefined || branch === input.flags.branch);
}

/** Lists past syncs, newest first, each with the ID that `restore` takes. */
export const history: Command = async (input) => {
  const rows = await newest(input, 100);
  input.say(
    rows
      .map(
        ({ id, queuedAt, project, branch, status, commitOid, stats }) =>
          `${queuedAt.slice(0, 19).replace('T', ' ')}  ${project} ${branch}  ${status.padEnd(9)} ${commitOid?.slice(0, 10) ?? '-'.padEnd(10)}  +${stats.filesAdded} ~${stats.filesModified} -${stats.filesRemoved}  ${id}`,
      )
      .join('\n') || 'Nothing has been synced yet.',
    rows,
  );
  return EXIT.done;
};

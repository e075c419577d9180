import { z } from 'zod';
import { EXIT, wordOf, type Command, type CommandInput } from './command.ts';
import { followSync } from './follow-sync.ts';
import { Refusal } from './refusal.ts';

const answer = z.object({
  projects: z.object({
    nodes: z.array(
      z.object({
        slug: z.string(),
        syncs: z.object({ nodes: z.array(z.object({ id: z.string(), queuedAt: z.string() })) }),
      }),
    ),
  }),
});

/** Follows a sync until it ends: the given one, or the newest that is active. */
export const watch: Command = async (input) => {
  const syncId = wordOf(input) || (await newestActive(input));
  const ended = await followSync(input, syncId);
  const { filesTotal, filesAdded, filesModified, filesRemoved } = ended.stats;
  input.say(
    `${ended.status}: ${filesTotal} files, ${filesAdded} added, ${filesModified} modified, ${filesRemoved} removed${ended.status === 'FAILED' ? `\n${ended.message}` : ''}`,
    { syncId, ...ended },
  );
  return ended.status === 'COMPLETED' ? EXIT.done : EXIT.failed;
};

async function newestActive({ client, flags }: CommandInput): Promise<string> {
  const { projects } = await client.ask(
    answer,
    'query ($slug: String) { projects(query: $slug, first: 100) { nodes { slug syncs(status: [RUNNING, QUEUED], first: 5) { nodes { id queuedAt } } } } }',
    { slug: flags.project ?? null },
  );
  const [newest] = projects.nodes
    .filter(({ slug }) => flags.project === undefined || slug === flags.project)
    .flatMap(({ syncs }) => syncs.nodes)
    .toSorted((a, b) => b.queuedAt.localeCompare(a.queuedAt));
  if (newest === undefined)
    throw new Refusal('SYNC_NOT_FOUND', 'No sync is active. Start one: project-sync sync <repository>');
  return newest.id;
}

import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Client } from './client.ts';
import { EXIT, wordOf, type Command } from './command.ts';
import { followSync } from './follow-sync.ts';
import { Refusal } from './refusal.ts';
import { targetOf, type Target } from './target.ts';

/** Connects a repository if necessary, syncs it, and shows the progress. */
export const sync: Command = async (input) => {
  const { client, flags, say } = input;
  const word = wordOf(input);
  const target = targetOf(word);
  await checkFolder(word);
  const project = await projectFor(client, target, flags.project);
  const repositoryId = await connected(client, project, target);
  const syncId = await client.start({ repositoryId, branch: flags.branch ?? null });
  const ended = await followSync(input, syncId);
  const { filesTotal, filesAdded, filesModified, filesRemoved } = ended.stats;
  say(
    `${ended.status}: ${filesTotal} files, ${filesAdded} added, ${filesModified} modified, ${filesRemoved} removed${ended.status === 'FAILED' ? `\n${ended.message}` : ''}`,
    { syncId, ...ended },
  );
  return ended.status === 'COMPLETED' ? EXIT.done : EXIT.failed;
};

/** A word that can only be a folder, and is none, is refused before anything is created for it. */
async function checkFolder(word: string): Promise<void> {
  if (!/^(\.{0,2}\/|\.{1,2}$|~)/.test(word)) return;
  const found = await stat(word).catch(() => null);
  if (found?.isDirectory() !== true)
    throw new Refusal('REPOSITORY_NOT_FOUND', `There is no folder ${word}. Check the path.`);
}

const listed = z.object({
  projects: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        slug: z.string(),
        repositories: z.object({ nodes: z.array(z.object({ url: z.string() })) }),
      }),
    ),
  }),
});

interface ChosenProject {
  readonly id: string;
  readonly isNew: boolean;
}

/**
 * The project to connect to: the given one; else the one that has the repository already; else one of its own, since two
 * folders of one name are two things.
 */
async function projectFor(client: Client, target: Target, given: string | undefined): Promise<ChosenProject> {
  const { projects } = await client.ask(
    listed,
    '{ projects(first: 100) { nodes { id slug repositories(first: 50) { nodes { url } } } } }',
  );
  const known = projects.nodes;
  const wanted =
    given === undefined
      ? known.find(({ repositories }) => repositories.nodes.some(({ url }) => isSame(url, target.url)))
      : known.find(({ slug }) => slug === given);
  if (wanted !== undefined) return { id: wanted.id, isNew: false };
  const taken = new Map(known.map((project) => [project.slug, project]));
  let slug = given ?? target.slug;
  for (let number = 2; (taken.get(slug)?.repositories.nodes.length ?? 0) > 0; number += 1)
    slug = `${target.slug}-${number}`;
  const empty = taken.get(slug);
  return empty === undefined
    ? { id: await client.project(slug), isNew: true }
    : { id: empty.id, isNew: false };
}

function isSame(a: string, b: string): boolean {
  const plain = (url: string) =>
    url
      .replace(/^file:\/\//, '')
      .replace(/\.git$|\/$/g, '')
      .toLowerCase();
  const expanded = /^[\w.-]+\/[\w.-]+$/.test(b) ? `https://github.com/${b}` : b;
  return plain(a) === plain(b) || plain(a) === plain(expanded);
}

/** Connects the repository. A project that was made for one that cannot be connected is removed again. */
async function connected(
  client: Client,
  { id: projectId, isNew }: ChosenProject,
  target: Target,
): Promise<string> {
  try {
    return await client.connect({ projectId, provider: target.provider, url: target.url });
  } catch (error) {
    if (isNew)
      await client
        .ask(z.unknown(), 'mutation ($id: ID!) { removeProject(input: { projectId: $id }) { __typename } }', {
          id: projectId,
        })
        // The first failure is the one to report.
        .catch(() => undefined);
    throw error;
  }
}

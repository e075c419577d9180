import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { SourceProvider } from '@project-sync/sync';
import { z } from 'zod';
import type { Client } from './client.ts';
import { projectsAnswer } from './projects-answer.ts';
import { Refusal } from './refusal.ts';

/** A repository named on the command line. */
export interface Target {
  readonly provider: SourceProvider;
  readonly url: string;
  /** The slug of its project, unless another is given. */
  readonly slug: string;
}

/** Parses a local path, an address, or owner/name. An existing folder takes precedence. */
export function targetOf(word: string): Target {
  const local = existsSync(word);
  const github = !local && (/^[\w.-]+\/[\w.-]+$/.test(word) || /^https:\/\/github\.com\//.test(word));
  const slug = basename(local ? resolve(word) : word, '.git')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return { provider: github ? 'GITHUB' : 'GIT', url: local ? resolve(word) : word, slug: slug || 'project' };
}

const repositories = projectsAnswer(
  z.object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    defaultBranch: z.string().nullable(),
  }),
);

/** Finds a connected repository by its address, folder, name, or its project's slug. */
export async function connectedRepository(client: Client, word: string, project: string | undefined) {
  const { projects } = await client.ask(
    repositories,
    'query { projects(first: 100) { nodes { slug repositories(first: 100) { nodes { id name url defaultBranch } } } } }',
  );
  const target = targetOf(word);
  const plain = (url: string) =>
    url
      .replace(/\.git$|\/$/g, '')
      .replace(/^file:\/\//, '')
      .toLowerCase();
  const all = projects.nodes
    .filter(({ slug }) => project === undefined || slug === project)
    .flatMap(({ slug, repositories: { nodes } }) => nodes.map((repository) => ({ ...repository, slug })));
  const found =
    all.find(({ url }) => plain(url) === plain(target.url)) ??
    all.find(({ name, url }) => name === word || plain(url).endsWith(`/${word.toLowerCase()}`)) ??
    all.find(({ slug }) => slug === word);
  if (found === undefined)
    throw new Refusal(
      'REPOSITORY_NOT_FOUND',
      `${word} is not connected. Connect and sync it: project-sync sync ${word}`,
    );
  return found;
}

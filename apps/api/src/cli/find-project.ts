import { z } from 'zod';
import { didYouMean } from '../did-you-mean.ts';
import type { Client } from './client.ts';
import { Refusal } from './refusal.ts';

const answer = z.object({
  projects: z.object({ nodes: z.array(z.object({ id: z.string(), slug: z.string() })) }),
});

/** The ID of a project by its slug. A wrong slug is refused with the nearest ones; nothing is created. */
export async function findProject(client: Client, slug: string): Promise<string> {
  const { projects } = await client.ask(answer, '{ projects(first: 100) { nodes { id slug } } }');
  const found = projects.nodes.find((project) => project.slug === slug);
  if (found !== undefined) return found.id;
  const known = projects.nodes.map((project) => project.slug);
  throw new Refusal('PROJECT_NOT_FOUND', `There is no project ${slug}.${didYouMean(slug, known)}`);
}

/** The project that a command is about: the given one, or the only one there is. */
export async function onlyProject(client: Client, slug: string | undefined): Promise<string> {
  if (slug !== undefined) return findProject(client, slug);
  const { projects } = await client.ask(answer, '{ projects(first: 100) { nodes { id slug } } }');
  const [only, other] = projects.nodes;
  if (only !== undefined && other === undefined) return only.id;
  const slugs = projects.nodes.map((project) => project.slug).join(', ');
  throw new Refusal(
    'PROJECT_NOT_FOUND',
    only === undefined ? 'There is no project yet.' : `Give --project: ${slugs}.`,
  );
}

import { z } from 'zod';

/** The answer to a query of `projects { nodes { slug repositories { nodes } } }` with the given fields of a repository. */
export const projectsAnswer = <Repository extends z.ZodType>(repository: Repository) =>
  z.object({
    projects: z.object({
      nodes: z.array(z.object({ slug: z.string(), repositories: z.object({ nodes: z.array(repository) }) })),
    }),
  });

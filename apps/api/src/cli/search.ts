import { z } from 'zod';
import { EXIT, type Command } from './command.ts';

const answer = z.object({
  projects: z.object({
    nodes: z.array(
      z.object({
        slug: z.string(),
        search: z.object({
          nodes: z.array(
            z.object({
              snippet: z.string(),
              score: z.number(),
              entry: z.object({
                path: z.string().nullable(),
                startLine: z.number().nullable(),
                title: z.string(),
              }),
            }),
          ),
        }),
      }),
    ),
  }),
});

/** Searches one project, or all of them. */
export const search: Command = async ({ client, words, flags, say }) => {
  const { projects } = await client.ask(
    answer,
    'query ($query: String!, $slug: String, $branch: String, $asOf: ID) { projects(query: $slug, first: 20) { nodes { slug search(query: $query, branch: $branch, asOf: $asOf) { nodes { snippet score entry { path startLine title } } } } } }',
    {
      query: words.join(' '),
      slug: flags.project ?? null,
      branch: flags.branch ?? null,
      asOf: flags.asOf ?? null,
    },
  );
  const hits = projects.nodes
    .filter(({ slug }) => flags.project === undefined || slug === flags.project)
    .flatMap(({ slug, search: { nodes } }) =>
      nodes.map(({ snippet, score, entry }) => ({
        project: slug,
        path: entry.path,
        line: entry.startLine,
        title: entry.title,
        snippet,
        score,
      })),
    )
    .sort((a, b) => b.score - a.score);
  say(
    hits
      .map(
        ({ path, line, title, snippet }) => `${path === null ? title : `${path}:${line ?? 1}`}\n${snippet}\n`,
      )
      .join('\n') || 'Nothing was found.',
    hits,
  );
  return hits.length > 0 ? EXIT.done : EXIT.nothing;
};

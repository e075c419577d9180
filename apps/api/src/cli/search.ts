import { z } from 'zod';
import { EXIT, type Command } from './command.ts';

const answer = z.object({
  projects: z.object({
    nodes: z.array(
      z.object({
        slug: z.string(),
        search: z.object({
          nearestOnly: z.boolean(),
          nodes: z.array(
            z.object({
              snippet: z.string(),
              snippetStartLine: z.number().nullable(),
              score: z.number(),
              alsoAt: z.array(z.string()),
              repository: z.object({ name: z.string() }).nullable(),
              entry: z.object({ path: z.string().nullable(), title: z.string() }),
            }),
          ),
        }),
      }),
    ),
  }),
});

const question = `
  query ($query: String!, $slug: String, $branch: String, $asOf: ID) {
    projects(query: $slug, first: 20) {
      nodes {
        slug
        search(query: $query, branch: $branch, asOf: $asOf) {
          nearestOnly
          nodes { snippet snippetStartLine score alsoAt repository { name } entry { path title } }
        }
      }
    }
  }`;

/** Searches one project, or every project of the caller. */
export const search: Command = async ({ client, words, flags, say }) => {
  const { projects } = await client.ask(answer, question, {
    query: words.join(' '),
    slug: flags.project ?? null,
    branch: flags.branch ?? null,
    asOf: flags.asOf ?? null,
  });
  const asked = projects.nodes.filter(({ slug }) => flags.project === undefined || slug === flags.project);
  const hits = asked
    .flatMap(({ slug, search: { nodes } }) =>
      nodes.map(({ snippet, snippetStartLine, score, alsoAt, repository, entry }) => ({
        project: slug,
        repository: repository?.name ?? null,
        path: entry.path,
        line: snippetStartLine,
        title: entry.title,
        snippet,
        score,
        alsoAt,
      })),
    )
    .sort((a, b) => b.score - a.score);
  const isNear =
    hits.length > 0 && asked.every(({ search: found }) => found.nodes.length === 0 || found.nearestOnly);
  const lines = hits.map(({ path, line, title, snippet, alsoAt }) => {
    const place = path === null ? title : `${path}:${line ?? 1}`;
    return `${place}${alsoAt.length === 0 ? '' : ` (also ${alsoAt.join(', ')})`}\n${snippet}\n`;
  });
  say(
    [...(isNear ? ['Nothing contains this; nearest in meaning:\n'] : []), ...lines].join('\n') ||
      'Nothing was found.',
    hits,
  );
  return hits.length > 0 ? EXIT.done : EXIT.nothing;
};

import { z } from 'zod';
import { EXIT, type Command } from './command.ts';
import { onOneLine } from './output.ts';
import { Refusal } from './refusal.ts';

const answer = z.object({
  projects: z.object({
    nodes: z.array(
      z.object({
        slug: z.string(),
        search: z
          .object({
            nearestOnly: z.boolean(),
            nodes: z.array(
              z.object({
                symbol: z.string().nullable(),
                title: z.string(),
                snippet: z.string(),
                snippetStartLine: z.number().nullable(),
                score: z.number(),
                alsoAt: z.array(z.string()),
                repository: z.object({ name: z.string() }).nullable(),
                commitOid: z.string().nullable(),
                entry: z.object({
                  path: z.string().nullable(),
                  endLine: z.number().nullable(),
                }),
              }),
            ),
          })
          .nullable(),
      }),
    ),
  }),
});

const question = `
  query ($query: String!, $slug: String, $branch: String, $asOf: ID, $path: String, $kinds: [MemoryKind!], $first: Int) {
    projects(query: $slug, first: 50) {
      nodes {
        slug
        search(query: $query, branch: $branch, asOf: $asOf, pathPrefix: $path, kinds: $kinds, first: $first) {
          nearestOnly
          nodes { title symbol snippet snippetStartLine score alsoAt commitOid repository { name } entry { path endLine } }
        }
      }
    }
  }`;

/** Searches one project, or every project of the caller. */
export const search: Command = async ({ client, words, flags, say }) => {
  const { projects } = await client.ask(answer, question, {
    query: [...words, ...(flags.repository === undefined ? [] : [`repo:${flags.repository}`])].join(' '),
    slug: flags.project ?? null,
    branch: flags.branch ?? null,
    asOf: flags.asOf ?? null,
    path: flags.paths[0] ?? null,
    kinds: flags.kind === undefined ? null : [flags.kind.toUpperCase()],
    first: flags.limit ?? 10,
  });
  const asked = projects.nodes
    .filter(({ slug }) => flags.project === undefined || slug === flags.project)
    // A branch or a sync belongs to one project: the others have no answer, and that is none of theirs.
    .flatMap(({ slug, search: found }) => (found === null ? [] : [{ slug, search: found }]));
  if (asked.length === 0 && projects.nodes.length > 0) throw nothingThere(flags.project);
  const hits = asked
    .flatMap(({ slug, search: { nodes } }) =>
      nodes.map(
        ({ symbol, title, snippet, snippetStartLine, score, alsoAt, commitOid, repository, entry }) => ({
          project: slug,
          repository: repository?.name ?? null,
          commit: commitOid,
          path: entry.path,
          line: snippetStartLine,
          endLine: entry.endLine,
          symbol,
          title,
          snippet,
          score,
          alsoAt,
        }),
      ),
    )
    .sort((a, b) => b.score - a.score)
    .slice(0, flags.limit ?? 100);
  const isNear =
    hits.length > 0 && asked.every(({ search: found }) => found.nodes.length === 0 || found.nearestOnly);
  const lines = hits.map(({ project, repository, path, line, title, snippet, alsoAt }) => {
    const place = onOneLine(path === null ? title : `${project}/${repository ?? ''}  ${path}:${line ?? 1}`);
    return `${place}${alsoAt.length === 0 ? '' : ` (also ${alsoAt.map(onOneLine).join(', ')})`}\n${snippet}\n`;
  });
  say(
    [...(isNear ? ['Nothing contains this; nearest in meaning:\n'] : []), ...lines].join('\n') ||
      'Nothing was found.',
    hits,
  );
  return hits.length > 0 ? EXIT.done : EXIT.nothing;
};

function nothingThere(project: string | undefined): Error {
  return project === undefined
    ? new Refusal('BRANCH_NOT_FOUND', 'No project has anything to search there. Check --branch and --as-of.')
    : new Refusal(
        'BRANCH_NOT_FOUND',
        'Nothing of this is stored in the project. Check --branch and --as-of.',
      );
}

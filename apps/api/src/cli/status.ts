import { z } from 'zod';
import { EXIT, type Command } from './command.ts';
import { projectsAnswer } from './projects-answer.ts';

const sync = z.object({
  id: z.string(),
  status: z.string(),
  commitOid: z.string().nullable(),
  completedAt: z.string().nullable(),
  stats: z.object({ filesTotal: z.number() }),
});
const answer = projectsAnswer(
  z.object({
    id: z.string(),
    name: z.string(),
    keptBranches: z.object({
      totalCount: z.number(),
      nodes: z.array(z.object({ name: z.string(), lastSync: sync.nullable(), activeSync: sync.nullable() })),
    }),
    syncs: z.object({ nodes: z.array(sync.extend({ branch: z.string() })) }),
  }),
);
const fields = 'id status commitOid completedAt stats { filesTotal }';
const query = `query ($slug: String, $branch: String) { projects(query: $slug, first: 30) { nodes { slug repositories(first: 20) { nodes {
  id name keptBranches(query: $branch, first: 20) { totalCount nodes { name lastSync { ${fields} } activeSync { ${fields} } } }
  syncs(first: 1) { nodes { branch ${fields} } } } } } } }`;

/** Lists each stored branch with its state, and the newest sync of a repository where nothing is stored yet. */
export const status: Command = async ({ client, flags, say }) => {
  const { projects } = await client.ask(answer, query, {
    slug: flags.project ?? null,
    branch: flags.branch ?? null,
  });
  const rows = projects.nodes
    .filter(({ slug }) => flags.project === undefined || slug === flags.project)
    .flatMap(({ slug, repositories }) =>
      repositories.nodes.flatMap(({ id, name, keptBranches, syncs }) => {
        const kept = keptBranches.nodes
          .filter((branch) => flags.branch === undefined || branch.name === flags.branch)
          .flatMap(({ name: branch, lastSync, activeSync }) => {
            const shown = activeSync ?? lastSync;
            return shown === null ? [] : [{ branch, ...shown, commitOid: lastSync?.commitOid ?? null }];
          });
        const newest = kept.length === 0 && flags.branch === undefined ? syncs.nodes : [];
        return [...kept, ...newest].map((row) => ({
          project: slug,
          repository: name,
          repositoryId: id,
          ...row,
        }));
      }),
    );
  say(
    rows
      .map(
        ({ project, repository, branch, status: state, commitOid, stats }) =>
          `${project}\t${repository}\t${branch}\t${state}\t${commitOid?.slice(0, 10) ?? ''}\t${stats.filesTotal} files`,
      )
      .join('\n') || 'Nothing has been synced yet.',
    rows,
  );
  return EXIT.done;
};

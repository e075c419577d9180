import { z } from 'zod';
import { fitting } from '../answer-size.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { ToolRefusal } from '../tool-refusal.ts';
import { visible } from '../repository-text.ts';
import { tool } from '../tool.ts';

const sync = z.object({
  status: z.string(),
  phase: z.string(),
  progress: z.number(),
  commitOid: z.string().nullable(),
  completedAt: z.string().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
});
const branch = z.object({
  name: z.string(),
  isDefault: z.boolean(),
  lastSync: sync.nullable(),
  activeSync: sync.nullable(),
});
const answer = z.object({
  projects: z.object({
    nodes: z.array(
      z.object({
        slug: z.string(),
        name: z.string(),
        repositories: z.object({
          nodes: z.array(
            z.object({
              name: z.string(),
              defaultBranch: z.string().nullable(),
              keptBranches: z.object({ totalCount: z.number(), nodes: z.array(branch) }),
            }),
          ),
        }),
      }),
    ),
  }),
});
const fields = 'status phase progress commitOid completedAt failure { code message }';
const query = `{ projects(first: 100) { nodes { slug name repositories(first: 20) { nodes { name defaultBranch keptBranches(first: 5) { totalCount nodes { name isDefault lastSync { ${fields} } activeSync { ${fields} } } } } } } } }`;

/** Lists projects, repositories and branches, with the state of each. */
export const status = tool({
  name: 'status',
  title: 'Projects and their state',
  description:
    'Lists the projects and repositories you can read, their synced branches, and syncs that run or failed.',
  input: z.object({ project: z.string().optional().describe('Only this project, by its slug.') }),
  output: z.object({
    repositories: z.array(
      z.object({
        repository: z.string().describe('The name that every tool takes as repository.'),
        default_branch: z.string().nullable(),
        branches: z.array(
          z.object({
            branch: z.string(),
            commit: z.string().nullable(),
            synced_at: z.string().nullable(),
            running: z.string().nullable(),
          }),
        ),
        more_branches: z.number(),
      }),
    ),
    empty_projects: z.array(z.string()),
    left_out: z.number(),
  }),
  changes: false,
  queries: [query],
  async run(given, api) {
    const { projects } = await api.query(answer, query);
    const slugs = projects.nodes.map(({ slug }) => slug);
    if (given.project !== undefined && !slugs.includes(given.project))
      throw new ToolRefusal(
        'PROJECT_NOT_FOUND',
        `You can read no such project.${didYouMean(given.project, slugs) || ` There are ${slugs.slice(0, 20).join(', ')}.`}`,
      );
    const wanted = projects.nodes.filter(({ slug }) => given.project === undefined || slug === given.project);
    const rows = wanted.flatMap(({ slug, repositories }) =>
      repositories.nodes.map(({ name, defaultBranch, keptBranches }) => ({
        repository: `${slug}/${name}`,
        default_branch: defaultBranch,
        branches: keptBranches.nodes.map(shownBranch),
        more_branches: keptBranches.totalCount - keptBranches.nodes.length,
      })),
    );
    const empty = wanted
      .filter(({ repositories }) => repositories.nodes.length === 0)
      .map(({ slug }) => slug);
    const { shown, left } = fitting(rows, (row) => JSON.stringify(row));
    const lines = shown.map(({ repository, branches, more_branches: more }) => {
      const states = branches.map(
        (one) =>
          `  ${one.branch} at ${one.commit?.slice(0, 12) ?? 'nothing'}, synced ${one.synced_at ?? 'never'}${one.running === null ? '' : `, ${one.running}`}`,
      );
      return [repository, ...states, ...(more > 0 ? [`  and ${more} more branches`] : [])].join('\n');
    });
    const none = empty.length === 0 ? '' : `\nWithout a repository: ${empty.join(', ')}.`;
    return {
      text: visible(
        `${lines.join('\n') || 'No repository is connected.'}${none}${left > 0 ? `\n${left} more: name a project.` : ''}`,
      ),
      data: { repositories: [...shown], empty_projects: empty, left_out: left },
    };
  },
});

function shownBranch({ name, lastSync, activeSync }: z.infer<typeof branch>) {
  const share = activeSync === null ? 0 : Math.round(activeSync.progress * 100);
  return {
    branch: name,
    commit: lastSync?.commitOid ?? null,
    synced_at: lastSync?.completedAt ?? null,
    running: activeSync === null ? null : `${activeSync.status} ${activeSync.phase} ${share} %`,
  };
}

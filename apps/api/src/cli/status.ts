import { z } from 'zod';
import { EXIT, type Command } from './command.ts';
import { projectsAnswer } from './projects-answer.ts';

const failure = z.object({ code: z.string(), message: z.string() }).nullable();
const sync = z.object({
  id: z.string(),
  status: z.string(),
  commitOid: z.string().nullable(),
  queuedAt: z.string(),
  completedAt: z.string().nullable(),
  failure,
  stats: z.object({ filesTotal: z.number() }),
});
type Sync = z.infer<typeof sync>;
const failed = sync.pick({ queuedAt: true, status: true, failure: true }).extend({ branch: z.string() });
type Failed = z.infer<typeof failed>;
const answer = projectsAnswer(
  z.object({
    id: z.string(),
    name: z.string(),
    keptBranches: z.object({
      totalCount: z.number(),
      nodes: z.array(z.object({ name: z.string(), lastSync: sync.nullable(), activeSync: sync.nullable() })),
    }),
    newest: z.object({ nodes: z.array(sync.extend({ branch: z.string() })) }),
    failed: z.object({ nodes: z.array(failed) }),
  }),
);
const fields = 'id status commitOid queuedAt completedAt failure { code message } stats { filesTotal }';
const query = `query ($slug: String, $branch: String) { projects(query: $slug, first: 30) { nodes { slug repositories(first: 20) { nodes {
  id name keptBranches(query: $branch, first: 20) { totalCount nodes { name lastSync { ${fields} } activeSync { ${fields} } } }
  newest: syncs(first: 1) { nodes { branch ${fields} } }
  failed: syncs(status: [FAILED], first: 10) { nodes { branch queuedAt status failure { code message } } } } } } } }`;

/** A stored branch: what its newest sync came to, and apart from that the state that is served. */
interface BranchLine extends Sync {
  readonly branch: string;
  /** Whether a state of the branch is served at all. */
  readonly serves: boolean;
}

/** Lists each stored branch with its state, and the newest sync of a repository where nothing is stored yet. */
export const status: Command = async ({ client, flags, say }) => {
  const { projects } = await client.ask(answer, query, {
    slug: flags.project ?? null,
    branch: flags.branch ?? null,
  });
  const rows = projects.nodes
    .filter(({ slug }) => flags.project === undefined || slug === flags.project)
    .flatMap(({ slug, repositories }) =>
      repositories.nodes.flatMap(({ id, name, keptBranches, newest, failed: failures }) => {
        const kept = keptBranches.nodes
          .filter((branch) => flags.branch === undefined || branch.name === flags.branch)
          .flatMap((branch) => lineOf(branch, failures.nodes) ?? []);
        const unserved = kept.length === 0 && flags.branch === undefined ? newest.nodes : [];
        return [...kept, ...unserved.map((one): BranchLine => ({ ...one, serves: false }))].map((row) => ({
          project: slug,
          repository: name,
          repositoryId: id,
          ...row,
        }));
      }),
    );
  say(rows.map((row) => textOf(row)).join('\n') || 'Nothing has been synced yet.', rows);
  return EXIT.done;
};

/** A sync that failed leaves the state before it, which is what readers still see. */
function lineOf(
  branch: { readonly name: string; readonly lastSync: Sync | null; readonly activeSync: Sync | null },
  failures: readonly Failed[],
): BranchLine | null {
  const { name, lastSync, activeSync } = branch;
  const shown = activeSync ?? lastSync;
  if (shown === null) return null;
  const served = { commitOid: lastSync?.commitOid ?? null, stats: (lastSync ?? shown).stats };
  const line = { ...shown, ...served, branch: name, serves: lastSync !== null, failure: null };
  const since = lastSync?.queuedAt ?? '';
  const broken = failures.find((one) => one.branch === name && one.queuedAt > since);
  if (activeSync !== null || broken === undefined) return line;
  return { ...line, status: broken.status, failure: broken.failure };
}

function textOf(row: BranchLine & { readonly project: string; readonly repository: string }): string {
  const { project, repository, branch, serves, commitOid, stats } = row;
  const files = `${stats.filesTotal} ${stats.filesTotal === 1 ? 'file' : 'files'}`;
  const served = serves ? files : 'nothing is served yet';
  const facts = [project, repository, branch, row.status, commitOid?.slice(0, 10) ?? '', served];
  return [...facts, ...(row.failure === null ? [] : [row.failure.message])].join('\t');
}

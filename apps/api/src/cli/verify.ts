import { z } from 'zod';
import { EXIT, wordOf, type Command } from './command.ts';
import { followSync } from './follow-sync.ts';
import { onOneLine } from './output.ts';
import { connectedRepository } from './target.ts';

const verification = z.object({
  commitOid: z.string(),
  sourceOid: z.string().nullable(),
  filesCompared: z.number(),
  contentsCompared: z.number(),
  differences: z.array(z.object({ path: z.string(), kind: z.string() })),
});
const answer = z.object({
  node: z.object({ branch: z.object({ verification: verification.nullable() }).nullable() }),
});

/** Compares the stored state with the source, object ID by object ID. With --fix, a full sync repairs it. */
export const verify: Command = async (input) => {
  const { client, flags, say } = input;
  const repository = await connectedRepository(client, wordOf(input), flags.project);
  const branch = flags.branch ?? repository.defaultBranch ?? 'main';
  const compare = async () =>
    (
      await client.ask(
        answer,
        `query ($id: ID!, $branch: String!) { node(id: $id) { ... on Repository { branch(name: $branch) { verification {
           commitOid sourceOid filesCompared contentsCompared differences { path kind } } } } } }`,
        { id: repository.id, branch },
      )
    ).node.branch?.verification ?? null;
  const before = await compare();
  if (before === null) {
    say(`${branch} has not been synced yet. Sync it first.`, null);
    return EXIT.notFound;
  }
  const describe = (found: z.infer<typeof verification>) =>
    `${found.filesCompared} files and ${found.contentsCompared} contents at ${found.commitOid.slice(0, 10)} compared with the source: ${found.differences.length === 0 ? 'no differences' : `${found.differences.length} differ\n${found.differences.map(({ path, kind }) => `${kind}\t${onOneLine(path)}`).join('\n')}`}`;
  if (before.differences.length === 0 || !flags.fix) {
    say(describe(before), { branch, ...before });
    return before.differences.length === 0 ? EXIT.done : EXIT.differs;
  }
  const syncId = await client.start({ repositoryId: repository.id, branch, full: true });
  const ended = await followSync(input, syncId);
  const after = await compare();
  const isFixed = ended.status === 'COMPLETED' && after?.differences.length === 0;
  say(
    `${describe(before)}\n${isFixed ? 'A full sync has repaired it.' : `A full sync ended ${ended.status}: ${ended.message}`}`,
    { branch, ...before, fixedBy: syncId, mended: isFixed },
  );
  return isFixed ? EXIT.done : EXIT.failed;
};

import { z } from 'zod';
import { EXIT, UsageError, type Command, type CommandInput } from './command.ts';
import { onlyProject } from './find-project.ts';
import { onOneLine } from './output.ts';
import { Refusal } from './refusal.ts';

const roles = ['VIEWER', 'EDITOR', 'OWNER'];
const failure = { code: z.string().exactOptional(), message: z.string().exactOptional() };
const member = z.object({
  role: z.string(),
  since: z.string(),
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
});

/** Checks the action, its argument and the role. */
export function checkMembers({ words: [action, email], flags }: Pick<CommandInput, 'words' | 'flags'>): void {
  if (action !== 'list' && action !== 'invite' && action !== 'remove')
    throw new UsageError('members takes list, invite or remove.');
  if (action !== 'list' && email === undefined)
    throw new UsageError(`members ${action} needs an e-mail address.`);
  if (flags.role !== undefined && !roles.includes(flags.role.toUpperCase()))
    throw new UsageError(`--role takes ${roles.join(', ')}, not ${flags.role}.`);
}

/** Lists, invites and removes members of a project. */
export const members: Command = async (input) => {
  const { client, flags, words, say } = input;
  const [action, email = ''] = words;
  const projectId = await onlyProject(client, flags.project);
  if (action === 'invite') return invite(input, { projectId, email });
  const listed = await membersOf(input, projectId);
  if (action === 'remove') {
    const found = listed.find(({ user }) => user.email === email);
    if (found === undefined) throw new Refusal('MEMBER_NOT_FOUND', `${email} is no member of the project.`);
    return remove(input, { projectId, userId: found.user.id, email });
  }
  const lines = listed.map(
    ({ user, role, since }) =>
      `${role.padEnd(6)}  ${user.email}  ${onOneLine(user.name)}  since ${since.slice(0, 10)}`,
  );
  say(lines.join('\n'), listed);
  return EXIT.done;
};

async function membersOf({ client }: CommandInput, id: string): Promise<z.infer<typeof member>[]> {
  const { node } = await client.ask(
    z.object({ node: z.object({ members: z.array(member) }) }),
    'query ($id: ID!) { node(id: $id) { ... on Project { members { role since user { id name email } } } } }',
    { id },
  );
  return node.members;
}

async function invite(
  { client, flags, say }: CommandInput,
  { projectId, email }: { readonly projectId: string; readonly email: string },
): Promise<number> {
  const role = (flags.role ?? 'VIEWER').toUpperCase();
  const { invited } = await client.ask(
    z.object({ invited: z.object({ ...failure, link: z.string().exactOptional() }) }),
    'mutation ($input: InviteMemberInput!) { invited: inviteMember(input: $input) { ... on InviteMemberSuccess { link } ... on Error { code message } } }',
    { input: { projectId, email, role } },
  );
  const link = client.orThrow(invited.link, invited);
  say(`${link}\nSend this link to ${email}; it is shown only once.`, { link, email, role });
  return EXIT.done;
}

async function remove(
  { client, say }: CommandInput,
  {
    projectId,
    userId,
    email,
  }: { readonly projectId: string; readonly userId: string; readonly email: string },
): Promise<number> {
  const { removed } = await client.ask(
    z.object({ removed: z.object({ ...failure, project: z.object({ id: z.string() }).exactOptional() }) }),
    'mutation ($input: RemoveMemberInput!) { removed: removeMember(input: $input) { ... on RemoveMemberSuccess { project { id } } ... on Error { code message } } }',
    { input: { projectId, userId } },
  );
  client.orThrow(removed.project, removed);
  say(`${email} is no member any more.`, { email });
  return EXIT.done;
}

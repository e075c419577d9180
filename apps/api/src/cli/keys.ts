import { z } from 'zod';
import { scopes as allScopes } from '../auth/api-key.ts';
import { EXIT, UsageError, type Command, type CommandInput } from './command.ts';
import { findProject } from './find-project.ts';
import { onOneLine } from './output.ts';

const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  project: z.object({ slug: z.string() }).nullable(),
});
const fields = 'id name prefix scopes createdAt expiresAt lastUsedAt project { slug }';
const failure = { code: z.string().exactOptional(), message: z.string().exactOptional() };

/** Checks the action, its argument and the scopes. */
export function checkKeys({ words: [action, name], flags }: Pick<CommandInput, 'words' | 'flags'>): void {
  if (action !== 'create' && action !== 'list' && action !== 'revoke')
    throw new UsageError('keys takes create, list or revoke.');
  if (action === 'create' && name === undefined) throw new UsageError('keys create needs a name.');
  if (action === 'revoke' && name === undefined)
    throw new UsageError('keys revoke needs the ID of a key, as keys list prints it.');
  if (action === 'create') scopesIn(flags.scopes);
}

/** Creates, lists and revokes API keys. */
export const keys: Command = async (input) => {
  const [action, name = ''] = input.words;
  if (action === 'create') return createKey(input, name);
  return action === 'revoke' ? revokeKey(input, name) : listKeys(input);
};

async function listKeys({ client, say }: CommandInput): Promise<number> {
  const { apiKeys } = await client.ask(z.object({ apiKeys: z.array(apiKey) }), `{ apiKeys { ${fields} } }`);
  const lines = apiKeys.map(
    ({ prefix, name, scopes, project, id }) =>
      `${prefix}…\t${onOneLine(name)}\t${scopes.join(',')}\t${project?.slug ?? 'all projects'}\t${id}`,
  );
  say(lines.join('\n'), apiKeys);
  return EXIT.done;
}

async function createKey({ client, flags, say }: CommandInput, name: string): Promise<number> {
  const scopes = scopesIn(flags.scopes);
  const projectId = flags.project === undefined ? null : await findProject(client, flags.project);
  const { created } = await client.ask(
    z.object({
      created: z.object({ ...failure, key: z.string().exactOptional(), apiKey: apiKey.exactOptional() }),
    }),
    `mutation ($input: CreateApiKeyInput!) { created: createApiKey(input: $input) { ... on CreateApiKeySuccess { key apiKey { ${fields} } } ... on Error { code message } } }`,
    { input: { name, projectId, scopes } },
  );
  const key = client.orThrow(created.key, created);
  say(`${key}\nIt is shown only once.`, { key, ...created.apiKey });
  return EXIT.done;
}

async function revokeKey({ client, say }: CommandInput, id: string): Promise<number> {
  const { revoked } = await client.ask(
    z.object({ revoked: z.object({ ...failure, apiKey: apiKey.exactOptional() }) }),
    `mutation ($id: ID!) { revoked: revokeApiKey(input: { id: $id }) { ... on RevokeApiKeySuccess { apiKey { ${fields} } } ... on Error { code message } } }`,
    { id },
  );
  const key = client.orThrow(revoked.apiKey, revoked);
  say(`${onOneLine(key.name)} is revoked.`, key);
  return EXIT.done;
}

/** Parses a list of scopes and refuses unknown ones. */
function scopesIn(list = 'READ'): string[] {
  const scopes = list.split(',').map((scope) => scope.trim().toUpperCase());
  const unknown = scopes.find((scope) => !allScopes.some((known) => known === scope));
  if (unknown !== undefined)
    throw new UsageError(
      `--scopes: ${unknown || 'an empty name'} is not a scope. Scopes are ${allScopes.join(', ')}.`,
    );
  return scopes;
}

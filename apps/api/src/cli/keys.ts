import { z } from 'zod';
import { EXIT, UsageError, type Command } from './command.ts';

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

/** Makes, lists and revokes the keys of programs. */
export const keys: Command = async ({ client, words: [what, name], flags, say }) => {
  switch (what) {
    case 'list': {
      const { apiKeys } = await client.ask(
        z.object({ apiKeys: z.array(apiKey) }),
        `{ apiKeys { ${fields} } }`,
      );
      say(
        apiKeys
          .map(
            (one) =>
              `${one.prefix}…\t${one.name}\t${one.scopes.join(',')}\t${one.project?.slug ?? 'all projects'}\t${one.id}`,
          )
          .join('\n'),
        apiKeys,
      );
      return EXIT.done;
    }
    case 'create': {
      if (name === undefined) throw new UsageError('keys create needs a name.');
      const projectId = flags.project === undefined ? null : await client.project(flags.project);
      const { made } = await client.ask(
        z.object({
          made: z.object({ ...failure, key: z.string().exactOptional(), apiKey: apiKey.exactOptional() }),
        }),
        `mutation ($input: CreateApiKeyInput!) { made: createApiKey(input: $input) { ... on CreateApiKeySuccess { key apiKey { ${fields} } } ... on Error { code message } } }`,
        { input: { name, projectId, scopes: (flags.scopes ?? 'READ').toUpperCase().split(',') } },
      );
      const key = client.orThrow(made.key, made);
      say(`${key}\nIt is shown this once.`, { key, ...made.apiKey });
      return EXIT.done;
    }
    case 'revoke': {
      if (name === undefined)
        throw new UsageError('keys revoke needs the id of a key, as keys list prints it.');
      const { made } = await client.ask(
        z.object({ made: z.object({ ...failure, apiKey: apiKey.exactOptional() }) }),
        `mutation ($id: ID!) { made: revokeApiKey(input: { id: $id }) { ... on RevokeApiKeySuccess { apiKey { ${fields} } } ... on Error { code message } } }`,
        { id: name },
      );
      const revoked = client.orThrow(made.apiKey, made);
      say(`${revoked.name} is revoked.`, revoked);
      return EXIT.done;
    }
    default:
      throw new UsageError('keys takes create, list or revoke.');
  }
};

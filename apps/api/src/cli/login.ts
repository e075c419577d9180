import { z } from 'zod';
import { openClient } from './client.ts';
import { EXIT, UsageError, wordOf } from './command.ts';
import type { Arguments } from './parse-arguments.ts';
import type { Surroundings } from './surroundings.ts';
import { storeLogin } from './stored-login.ts';

const answer = z.object({
  viewer: z.object({ name: z.string() }).nullable(),
  instance: z.object({ version: z.string() }),
});

/** Checks a server and a key, and stores both for later commands. */
export async function login(given: Arguments, around: Surroundings): Promise<number> {
  const { environment, output } = around;
  const url = wordOf(given).replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]/.test(url))
    throw new UsageError(`login takes an http or https address, not ${url}.`);
  const key = given.server.key ?? environment['PROJECT_SYNC_KEY'] ?? (await around.input?.())?.trim();
  if (key === undefined || key === '')
    throw new UsageError('login needs a key: by --key, by PROJECT_SYNC_KEY, or on the standard input.');
  const client = openClient(url, key, 'the given key');
  const { viewer, instance } = await client.ask(answer, '{ viewer { name } instance { version } }');
  const file = await storeLogin(environment, { url, key });
  output.log(
    `Signed in to ${url} (version ${instance.version}) as ${viewer?.name ?? 'a program'}. Stored in ${file}.`,
  );
  return EXIT.done;
}

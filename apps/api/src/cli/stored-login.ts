import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

const login = z.object({ url: z.string(), key: z.string() });

function fileIn(environment: Environment): string {
  const home = environment['XDG_CONFIG_HOME'] ?? join(environment['HOME'] ?? homedir(), '.config');
  return join(home, 'project-sync', 'login.json');
}

/** The server that a login stored; null where there is none. */
export async function storedLogin(environment: Environment): Promise<z.infer<typeof login> | null> {
  try {
    return login.parse(JSON.parse(await readFile(fileIn(environment), 'utf8')));
  } catch {
    // No login, or a file that another program wrote.
    return null;
  }
}

/** Stores a server and its key, readable by its owner alone. Returns the file. */
export async function storeLogin(environment: Environment, server: z.infer<typeof login>): Promise<string> {
  const file = fileIn(environment);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  return file;
}

/** Forgets the stored server. */
export async function forgetLogin(environment: Environment): Promise<void> {
  await rm(fileIn(environment), { force: true });
}

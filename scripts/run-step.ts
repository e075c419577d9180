import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The environment in which the pinned Node and every tool of the workspace come first. */
export function toolEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const bins = ['', 'apps/web', 'apps/api', 'packages/db'].map((room) =>
    join(root, room, 'node_modules/.bin'),
  );
  return { ...process.env, ...extra, PATH: [...bins, process.env['PATH'] ?? ''].join(delimiter) };
}

/** Runs one step to its end, passing signals on; a step that fails ends the script with the same code. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; quiet?: boolean } = {},
): Promise<void> {
  const code = await attempt(command, args, options);
  if (code !== 0) process.exit(code);
}

/** The same, but the exit code is the answer. */
export function attempt(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; quiet?: boolean } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: join(root, options.cwd ?? ''),
      env: toolEnvironment(options.env),
      stdio: options.quiet === true ? ['ignore', 'ignore', 'inherit'] : 'inherit',
    });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    process.on('SIGTERM', pass);
    process.on('SIGINT', pass);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', pass);
      resolve(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1));
    });
  });
}

/** pnpm runs a script even when the install before it failed; on an old Node that would end in a riddle. */
export function runtimeIsRight(): void {
  if (Number.parseInt(process.versions.node, 10) >= 24) return;
  console.error(
    `Node ${process.versions.node} runs this, but 24 is needed. Run npm start or npm test, which install it.`,
  );
  process.exit(1);
}

import { SyncError } from '../sync-error.ts';
import { gitFailure, tooLargeToFetch } from './git-failure.ts';
import type { ProcessLimits } from './process-limits.ts';
import type { Launch, Launched } from './spawn.ts';

/** One Git command, with everything it may reach and know. */
export interface GitCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  /** The allowed transports: `file`, `https`, `ssh`; none for commands that only read the disk. */
  readonly protocols: readonly string[];
  /** Configuration of this command only: tokens, pinned addresses. Passed in the environment, never in argv. */
  readonly config?: readonly (readonly [key: string, value: string])[];
  /** The repository, by default the working directory; `/dev/null` for commands that need none. */
  readonly gitDir?: string;
  /** The folder of the objects, if not in the repository itself. */
  readonly objects?: string;
  /** Makes Git report the negotiated protocol version as an event on stderr. */
  readonly tellProtocol?: boolean;
  /** A configuration file instead of the user's; none by default. */
  readonly globalConfig?: string | null;
  /** The command that Git starts for an ssh address. */
  readonly ssh?: string | null;
  readonly input?: string | undefined;
  /** The most it may write: a server can send data for ever. */
  readonly maxOutput?: number | undefined;
  readonly signal: AbortSignal;
  /** The longest time without output and the longest run time, in milliseconds. */
  readonly timeouts: { readonly silent: number; readonly total: number };
  /** Strings that must not appear in an error. */
  readonly secrets?: readonly string[];
  /** The most that it and its helpers may use. */
  readonly limits?: ProcessLimits | undefined;
}

/**
 * Builds the whole environment of a child from nothing. Inherited variables or a user's configuration could run
 * commands, redirect transports, or ask for a password at a terminal that no user sees.
 */
function gitEnvironment(
  command: Pick<
    GitCommand,
    'protocols' | 'config' | 'cwd' | 'gitDir' | 'objects' | 'tellProtocol' | 'globalConfig' | 'ssh'
  >,
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: command.cwd,
    // Set, because Git would otherwise search the parent folders and run what is configured there.
    GIT_DIR: command.gitDir ?? command.cwd,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: command.globalConfig ?? '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GIT_SSH_COMMAND: command.ssh ?? '/bin/false',
    GIT_SSH_VARIANT: 'ssh',
    GIT_ALLOW_PROTOCOL: command.protocols.join(':'),
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
  };
  if (command.objects !== undefined) environment['GIT_OBJECT_DIRECTORY'] = command.objects;
  if (command.tellProtocol === true) environment['GIT_TRACE2_EVENT'] = '2';
  const config = [...FIXED, ...(command.config ?? [])];
  config.forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  environment['GIT_CONFIG_COUNT'] = String(config.length);
  return environment;
}

const FIXED: readonly (readonly [string, string])[] = [
  ['http.followRedirects', 'false'],
  ['transfer.bundleURI', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['submodule.recurse', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['credential.helper', ''],
  // One pack per fetch: thousands of loose objects are slow to read and to delete.
  ['fetch.unpackLimit', '1'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['protocol.version', '2'],
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
  // Larger contents pass through in pieces instead of lying in memory, and packs are seen through small windows.
  ['core.bigFileThreshold', '64m'],
  ['core.packedGitWindowSize', '64m'],
  ['core.packedGitLimit', '1g'],
  ['pack.threads', '4'],
];

/** Starts Git, unless the call was aborted. */
export async function startGit(launch: Launch, command: GitCommand): Promise<Launched> {
  command.signal.throwIfAborted();
  const { cwd, limits } = command;
  const options = { cwd, env: gitEnvironment(command), ...(limits === undefined ? {} : { limits }) };
  const git = await launch('git', command.args, options).catch((cause: unknown) => {
    throw new SyncError('SOURCE_UNAVAILABLE', 'Git could not be started; install it and try again.', {
      cause,
    });
  });
  if (command.signal.aborted) git.end();
  return git;
}

/** Runs a command to its end and returns its output. Failures are `SyncError`s, scrubbed of secrets. */
export async function runGit(launch: Launch, command: GitCommand): Promise<Buffer> {
  const git = await startGit(launch, command);
  const watchdog = new Watchdog(command, git);
  const collected = collectOutput(git, command, watchdog);
  try {
    git.stdin.end(command.input ?? '');
    const code = await git.ended;
    command.signal.throwIfAborted();
    if (watchdog.reason !== null) {
      throw new SyncError('SOURCE_TIMEOUT', `The repository ${watchdog.reason}. Try again later.`, {
        retryable: true,
      });
    }
    // Without an exit code a signal ended it: here that of a limit, or of a machine without memory.
    if (code === null && command.limits !== undefined) throw tooLargeToFetch();
    if (code !== 0) throw gitFailure(collected.errors, command.secrets ?? []);
    if (command.tellProtocol === true && !collected.negotiated) {
      throw new SyncError(
        'SOURCE_INVALID_RESPONSE',
        "This address answers, but it does not speak Git's smart protocol. Check the address.",
      );
    }
    return Buffer.concat(collected.out);
  } finally {
    watchdog.stop();
  }
}

/** Kills a command that is aborted, silent for too long, or too slow. */
class Watchdog {
  /** The reason for which the command was killed. */
  reason: string | null = null;
  readonly #signal: AbortSignal;
  readonly #git: Launched;
  readonly #total: NodeJS.Timeout;
  readonly #silent: NodeJS.Timeout;
  readonly #onAbort = (): void => this.#git.end();

  constructor({ signal, timeouts }: GitCommand, git: Launched) {
    this.#signal = signal;
    this.#git = git;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    const after = (milliseconds: number, reason: string): NodeJS.Timeout =>
      setTimeout(() => this.kill(`${reason} ${milliseconds / 1000} s`), milliseconds);
    this.#total = after(timeouts.total, 'did not finish within');
    this.#silent = after(timeouts.silent, 'sent nothing for');
  }

  /** Restarts the timer for silence. */
  onOutput(): void {
    // Refreshing a timer that has fired would start it again.
    if (this.reason === null) this.#silent.refresh();
  }

  kill(reason: string): void {
    this.reason ??= reason;
    this.#git.end();
  }

  stop(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#silent);
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

const MAX_ERROR_BYTES = 16_384;

function collectOutput(
  git: Launched,
  { maxOutput = Number.POSITIVE_INFINITY }: GitCommand,
  watchdog: Watchdog,
): { out: Buffer[]; errors: string; negotiated: boolean } {
  const collected = { out: [] as Buffer[], errors: '', negotiated: false };
  let length = 0;
  git.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maxOutput) collected.out.push(chunk);
    else watchdog.kill('sends more data than expected');
    watchdog.onOutput();
  });
  git.stderr.on('data', (chunk: Buffer) => {
    collected.errors = (collected.errors + chunk.toString('utf8')).slice(-MAX_ERROR_BYTES);
    collected.negotiated ||= collected.errors.includes('"key":"negotiated-version"');
    watchdog.onOutput();
  });
  return collected;
}

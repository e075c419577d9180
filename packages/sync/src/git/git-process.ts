import { SyncError } from '../sync-error.ts';
import { gitFailure } from './git-failure.ts';
import type { Launch, Launched } from './spawn.ts';

/** What one Git command may do and know. */
export interface GitCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  /** The transports that may be used: `file`, `https`, `ssh`; nothing for commands that only read the mirror. */
  readonly protocols: readonly string[];
  /** Configuration of this command alone: tokens, pinned addresses. It travels in the environment, never in argv. */
  readonly config?: readonly (readonly [key: string, value: string])[];
  /** The repository, by default where the command runs; a path to nothing where it needs none. */
  readonly gitDir?: string;
  /** Where the objects are, when not in the repository itself. */
  readonly objects?: string;
  /** Tells which version of Git's protocol was spoken, as an event on stderr. */
  readonly tellProtocol?: boolean;
  /** A configuration file instead of the user's; none when left out. */
  readonly globalConfig?: string | null;
  /** What Git starts for an ssh address. */
  readonly ssh?: string | null;
  readonly input?: string | undefined;
  /** The most that it may write; a server can go on for ever. */
  readonly maxOutput?: number | undefined;
  readonly signal: AbortSignal;
  /** The longest that it may be silent and the longest that it may run, in milliseconds. */
  readonly timeouts: { readonly silent: number; readonly total: number };
  /** Words that must not appear in an error. */
  readonly secrets?: readonly string[];
}

/**
 * The whole environment of a child, built from nothing: what the operator's shell or a user's configuration holds
 * could otherwise run commands, redirect transports or ask for a password at a terminal that nobody reads.
 */
export function gitEnvironment(
  command: Pick<
    GitCommand,
    'protocols' | 'config' | 'cwd' | 'gitDir' | 'objects' | 'tellProtocol' | 'globalConfig' | 'ssh'
  >,
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: command.cwd,
    // Named, lest Git look for a repository in the folders above and run what is configured there.
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
  // One pack a fetch: thousands of loose objects are slow to read and to delete.
  ['fetch.unpackLimit', '1'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['protocol.version', '2'],
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
];

/** Starts Git, unless nobody waits for it any more. */
export async function startGit(launch: Launch, command: GitCommand): Promise<Launched> {
  command.signal.throwIfAborted();
  const git = await launch('git', command.args, { cwd: command.cwd, env: gitEnvironment(command) }).catch(
    (cause: unknown) => {
      throw new SyncError('SOURCE_UNAVAILABLE', 'Git could not be started; install it and try again.', {
        cause,
      });
    },
  );
  if (command.signal.aborted) git.end();
  return git;
}

/** Runs a command to its end and gives what it wrote. Failures come as `SyncError`, scrubbed of secrets. */
export async function runGit(launch: Launch, command: GitCommand): Promise<Buffer> {
  const git = await startGit(launch, command);
  let stalled: string | null = null;
  const stop = (reason: string) => {
    stalled ??= reason;
    git.end();
  };
  const onAbort = () => git.end();
  command.signal.addEventListener('abort', onAbort, { once: true });
  const total = setTimeout(
    stop,
    command.timeouts.total,
    `did not end within ${command.timeouts.total / 1000} s`,
  );
  let silent = setTimeout(
    stop,
    command.timeouts.silent,
    `said nothing for ${command.timeouts.silent / 1000} s`,
  );
  const heard = () => {
    clearTimeout(silent);
    silent = setTimeout(
      stop,
      command.timeouts.silent,
      `said nothing for ${command.timeouts.silent / 1000} s`,
    );
  };
  const out: Buffer[] = [];
  let length = 0;
  let errors = '';
  let spoke = command.tellProtocol !== true;
  git.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (command.maxOutput === undefined || length <= command.maxOutput) out.push(chunk);
    else stop('answers without an end');
    heard();
  });
  git.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-16_384);
    spoke ||= errors.includes('"key":"negotiated-version"');
    heard();
  });
  try {
    git.stdin.end(command.input ?? '');
    const code = await git.ended;
    command.signal.throwIfAborted();
    if (stalled !== null) {
      throw new SyncError('SOURCE_TIMEOUT', `The repository ${String(stalled)}. Try again later.`, {
        retryable: true,
      });
    }
    if (code !== 0) throw gitFailure(errors, command.secrets ?? []);
    if (!spoke) {
      throw new SyncError(
        'SOURCE_INVALID_RESPONSE',
        "This address answers, but it does not speak Git's smart protocol. Check the address.",
      );
    }
    return Buffer.concat(out);
  } finally {
    clearTimeout(total);
    clearTimeout(silent);
    command.signal.removeEventListener('abort', onAbort);
  }
}

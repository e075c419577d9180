import type { ObjectId } from '../objects/git-object.ts';
import type { SourceCall } from '../ports/source.ts';
import { runGit, type GitCommand } from './git-process.ts';
import type { ProcessLimits } from './process-limits.ts';
import type { Launch } from './spawn.ts';
import type { Remote } from './remote.ts';

/** The longest time without output and the longest run time of Git, in milliseconds. */
export interface GitTimeouts {
  readonly silent: number;
  readonly total: number;
}

/** The settings of Git for one remote. */
export interface GitRunnerOptions {
  readonly remote: Remote;
  readonly launch: Launch;
  readonly timeouts: GitTimeouts;
  /** An existing folder that is not a repository. */
  readonly cwd: string;
  /** The most that Git may use while it reads from the remote. */
  readonly limits: ProcessLimits;
  /** Called after each request to the remote, with the bytes that arrived. */
  readonly onRequest: (bytes: number) => void;
}

/** The part of a command that varies; the runner decides what it may reach. */
export type RunCommand = Pick<
  GitCommand,
  'args' | 'cwd' | 'gitDir' | 'objects' | 'tellProtocol' | 'signal' | 'input' | 'maxOutput'
>;

/** The references of a remote. */
export interface RemoteRefs {
  /** The full name of the reference that HEAD points to. */
  head: string | null;
  readonly oids: Map<string, ObjectId>;
}

/** Enough for a million branches, and a limit for a server that never stops. */
const MAX_REFS_BYTES = 128 * 1024 * 1024;

/** Runs Git for one remote. Only commands that reach the remote get its credentials and transports. */
export class GitRunner {
  readonly #options: GitRunnerOptions;

  constructor(options: GitRunnerOptions) {
    this.#options = options;
  }

  get launch(): Launch {
    return this.#options.launch;
  }

  get remote(): Remote {
    return this.#options.remote;
  }

  /** Lists the remote's references by pattern, with the target of HEAD. */
  async listRefs(patterns: readonly string[], { signal }: SourceCall): Promise<RemoteRefs> {
    const { remote, cwd, onRequest } = this.#options;
    let out: Buffer = Buffer.alloc(0);
    try {
      out = await this.runRemotely({
        args: ['ls-remote', '--symref', '--end-of-options', remote.address, ...patterns],
        cwd,
        gitDir: '/dev/null',
        tellProtocol: remote.protocols.some((protocol) => protocol.startsWith('http')),
        signal,
        maxOutput: MAX_REFS_BYTES,
      });
    } finally {
      onRequest(out.length);
    }
    const refs: RemoteRefs = { head: null, oids: new Map() };
    for (const line of out.toString('utf8').split('\n')) {
      const [left, name] = line.split('\t');
      if (left === undefined || name === undefined) continue;
      if (left.startsWith('ref: ')) {
        if (name === 'HEAD') refs.head = left.slice('ref: '.length);
      } else if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(left)) refs.oids.set(name, left);
    }
    return refs;
  }

  /** Runs a command that reaches the remote. */
  runRemotely(command: RunCommand): Promise<Buffer> {
    const { remote, launch, timeouts, limits } = this.#options;
    const { protocols, config, globalConfig, ssh, secrets } = remote;
    return runGit(launch, { ...command, protocols, config, globalConfig, ssh, secrets, timeouts, limits });
  }

  /** Runs a command that only works on the disk. It may be silent until its end. */
  runLocally(command: RunCommand): Promise<Buffer> {
    const { launch, timeouts } = this.#options;
    return runGit(launch, {
      ...command,
      protocols: [],
      timeouts: { silent: timeouts.total, total: timeouts.total },
    });
  }

  /** Reports the bytes of a request to the remote. */
  countRequest(bytes: number): void {
    this.#options.onRequest(bytes);
  }
}

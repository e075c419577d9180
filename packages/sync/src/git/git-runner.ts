import type { ObjectId } from '../objects/git-object.ts';
import type { SourceCall } from '../ports/source.ts';
import { runGit, type GitCommand } from './git-process.ts';
import type { Launch } from './spawn.ts';
import type { Remote } from './remote.ts';

/** How long Git may be silent and how long it may run, in milliseconds. */
export interface GitTimeouts {
  readonly silent: number;
  readonly total: number;
}

/** What Git is run with for one remote. */
export interface GitRunnerOptions {
  readonly remote: Remote;
  readonly launch: Launch;
  readonly timeouts: GitTimeouts;
  /** A folder that is there, and is no repository. */
  readonly cwd: string;
  /** Told after each question to the remote: the bytes that came. */
  readonly onRequest: (bytes: number) => void;
}

/** What differs between commands; what they may reach is the runner's to say. */
export type RunCommand = Pick<
  GitCommand,
  'args' | 'cwd' | 'gitDir' | 'objects' | 'tellProtocol' | 'signal' | 'input' | 'maxOutput'
>;

/** References as a remote has them now. */
export interface RemoteRefs {
  /** The full name of the reference that HEAD points to. */
  head: string | null;
  readonly oids: Map<string, ObjectId>;
}

/** References to a million branches fit; a server that never ends does not. */
const MOST_REFS = 128 * 1024 * 1024;

/** Runs Git for one remote: what is told to a command that reaches it, and what to one that must not. */
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

  /** Asks the remote for references by pattern, with what HEAD points to. */
  async listRefs(patterns: readonly string[], { signal }: SourceCall): Promise<RemoteRefs> {
    const { remote, cwd, onRequest } = this.#options;
    let out: Buffer = Buffer.alloc(0);
    try {
      out = await this.remotely({
        args: ['ls-remote', '--symref', '--end-of-options', remote.address, ...patterns],
        cwd,
        gitDir: '/dev/null',
        tellProtocol: remote.protocols.some((protocol) => protocol.startsWith('http')),
        signal,
        maxOutput: MOST_REFS,
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

  remotely(command: RunCommand): Promise<Buffer> {
    const { remote, launch, timeouts } = this.#options;
    const { protocols, config, globalConfig, ssh, secrets } = remote;
    return runGit(launch, { ...command, protocols, config, globalConfig, ssh, secrets, timeouts });
  }

  /** What only works on the disk says nothing until it is done. */
  locally(command: RunCommand): Promise<Buffer> {
    const { launch, timeouts } = this.#options;
    return runGit(launch, {
      ...command,
      protocols: [],
      timeouts: { silent: timeouts.total, total: timeouts.total },
    });
  }

  told(bytes: number): void {
    this.#options.onRequest(bytes);
  }
}

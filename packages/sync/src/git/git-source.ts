import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Source } from '../ports/source.ts';
import { folderSource } from './folder-source.ts';
import { fileFailure } from './git-failure.ts';
import { GitRunner, type GitTimeouts } from './git-runner.ts';
import { parseGitUrl, type GitUrlPolicy } from './git-url.ts';
import { defaultFetchLimits, type ProcessLimits } from './process-limits.ts';
import { launchHere, type Launch } from './spawn.ts';
import { mirrorSource } from './mirror-source.ts';
import { Mirror } from './mirror.ts';
import { systemResolve, type Resolve } from './public-address.ts';
import { openRemote } from './open-remote.ts';

/** The settings of a Git source. Everything after the token has a default that production uses. */
export interface GitSourceOptions extends GitUrlPolicy {
  readonly url: string;
  /** The folder of the bare mirror, or of the repository that borrows a folder's objects; created if missing. */
  readonly mirror: string;
  readonly token?: string | null;
  /** Trusted certificates beside the system's, for a server with its own authority. */
  readonly caFile?: string | null;
  readonly timeouts?: GitTimeouts;
  /** The most that one fetch may use. */
  readonly limits?: Partial<ProcessLimits>;
  readonly launch?: Launch;
  readonly resolve?: Resolve;
}

/** Opens a Git remote, read through a bare mirror of our own, or a folder on this machine, read in place. */
export async function gitSource(options: GitSourceOptions): Promise<Source> {
  const remote = await openRemote(parseGitUrl(options.url, options), {
    policy: options,
    mirror: options.mirror,
    token: options.token ?? null,
    caFile: options.caFile ?? null,
    resolve: options.resolve ?? systemResolve,
  });
  const usage = { requests: 0, bytes: 0 };
  const cwd = dirname(options.mirror);
  await mkdir(cwd, { recursive: true }).catch(fileFailure);
  const git = new GitRunner({
    remote,
    launch: options.launch ?? launchHere,
    timeouts: options.timeouts ?? { silent: 120_000, total: 3_600_000 },
    limits: { ...defaultFetchLimits, ...options.limits },
    cwd,
    onRequest: (bytes) => {
      usage.requests += 1;
      usage.bytes += bytes;
    },
  });
  return remote.objects === null
    ? mirrorSource({ git, mirror: new Mirror(options.mirror, git), usage })
    : folderSource({ git, objects: remote.objects, gitDir: join(options.mirror, 'view'), usage });
}

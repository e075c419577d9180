import { isIP } from 'node:net';
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SyncError } from '../sync-error.ts';
import { fileFailure } from './git-failure.ts';
import { isBelow, type GitAddress, type GitUrlPolicy } from './git-url.ts';
import { pinAddress, type Resolve } from './public-address.ts';

/** How a command reaches a remote: what stands in argv, and what must not. */
export interface Remote {
  readonly address: string;
  readonly local: boolean;
  /** Where a local repository keeps its objects; null where they can only be asked for. */
  readonly objects: string | null;
  readonly protocols: readonly string[];
  readonly config: readonly (readonly [key: string, value: string])[];
  /** A configuration file of our own for this remote alone; null for none at all. */
  readonly globalConfig: string | null;
  /** The command line of ssh, as Git hands it to a shell; null where ssh is not used. */
  readonly ssh: string | null;
  readonly secrets: readonly string[];
}

/** What a remote is opened with beside its address. */
export interface RemoteOptions {
  readonly policy: GitUrlPolicy;
  readonly mirror: string;
  readonly token: string | null;
  readonly resolve: Resolve;
  readonly caFile: string | null;
}

/** Prepares a parsed address for Git: the host resolved once and pinned, the token in a header from the environment. */
export async function openRemote(address: GitAddress, options: RemoteOptions): Promise<Remote> {
  if (address.kind === 'local') return openFolder(address.path, options);
  const url = new URL(address.url);
  const named =
    options.policy.allowedHosts?.some(
      (host) => host.toLowerCase() === address.host || host.toLowerCase() === url.host,
    ) === true;
  const pinned = await pinAddress(address.host, named, options.resolve);
  const common = {
    address: address.url,
    local: false,
    objects: null,
    protocols: [address.protocol],
    globalConfig: null,
  };
  if (address.protocol === 'ssh') {
    const ssh = options.policy.ssh ?? null;
    if (ssh === null)
      throw new SyncError('HOST_NOT_ALLOWED', 'Addresses by ssh are not configured here. Use https.');
    // HostName pins the address, HostKeyAlias keeps the key checked against the name.
    const words = [
      'ssh',
      '-F',
      '/dev/null',
      ...[
        'BatchMode=yes',
        'StrictHostKeyChecking=yes',
        'ClearAllForwardings=yes',
        'PermitLocalCommand=no',
        'IdentitiesOnly=yes',
        `IdentityFile=${ssh.identityFile}`,
        `UserKnownHostsFile=${ssh.knownHostsFile}`,
        'GlobalKnownHostsFile=/dev/null',
        'ConnectTimeout=30',
        `HostName=${pinned.replace(/^\[|\]$/g, '')}`,
        `HostKeyAlias=${address.host}`,
      ].flatMap((option) => ['-o', option]),
    ];
    return { ...common, config: [], ssh: words.map(quote).join(' '), secrets: [] };
  }
  const config: [string, string][] = [['http.proxy', '']];
  const secrets: string[] = [];
  const port = url.port !== '' ? url.port : address.protocol === 'https' ? '443' : '80';
  if (isIP(address.host) === 0) config.push(['http.curloptResolve', `${address.host}:${port}:${pinned}`]);
  if (options.caFile !== null) config.push(['http.sslCAInfo', options.caFile]);
  if (options.token !== null) {
    const basic = Buffer.from(`x-access-token:${options.token}`).toString('base64');
    config.push([`http.${url.origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
    secrets.push(options.token, basic);
  }
  return { ...common, config, ssh: null, secrets };
}

async function openFolder(path: string, { policy, mirror }: RemoteOptions): Promise<Remote> {
  const git = gitFolderOf(path);
  if (git !== null && !policy.localRoots.some((root) => isBelow(root, git))) {
    throw new SyncError(
      'PATH_NOT_ALLOWED',
      'The repository of this folder lies outside of the folders named in LOCAL_REPOSITORIES.',
    );
  }
  // Ownership of exactly these folders is vouched for by LOCAL_REPOSITORIES, of no other. It has to be a file: Git
  // clears configuration from the environment before it starts the other side.
  const globalConfig = `${mirror}.safe`;
  const folders = new Set([path, join(path, '.git'), ...(git === null ? [] : [git])]);
  const lines = [...folders].map(
    (folder) =>
      `\tdirectory = "${folder.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"\n`,
  );
  await mkdir(dirname(mirror), { recursive: true }).catch(fileFailure);
  await writeFile(globalConfig, `[safe]\n${lines.join('')}`).catch(fileFailure);
  return {
    address: pathToFileURL(path).href,
    local: true,
    objects: objectsOf(git ?? path, policy),
    protocols: ['file'],
    config: [],
    globalConfig,
    ssh: null,
    secrets: [],
  };
}

/** Where a `.git` that is a link or a file leads: a work tree may have its repository anywhere. Null where there is none. */
function gitFolderOf(path: string): string | null {
  const dot = join(path, '.git');
  try {
    const found = lstatSync(dot);
    if (!found.isFile()) return realpathSync(dot);
    const target = /^gitdir: (.+?)\n?$/s.exec(readFileSync(dot, 'utf8'))?.[1];
    return target === undefined ? null : realpathSync(resolvePath(path, target));
  } catch {
    return null;
  }
}

/** A work tree beside others keeps its objects with the first one. Null where that lies outside of what may be read. */
function objectsOf(git: string, { localRoots }: GitUrlPolicy): string | null {
  try {
    const common = existsSync(join(git, 'commondir'))
      ? resolvePath(git, readFileSync(join(git, 'commondir'), 'utf8').trim())
      : git;
    const objects = realpathSync(join(common, 'objects'));
    return localRoots.some((root) => isBelow(root, objects)) ? objects : null;
  } catch {
    return null;
  }
}

/** One word for the shell that Git gives the ssh command to. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

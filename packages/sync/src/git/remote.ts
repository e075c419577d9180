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
  /** Where a repository on this machine keeps its objects; null where they can only be asked for. */
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
  if (git !== null && !policy.localRoots.some((root) => isBelow(root, git))) throw outside();
  // Ownership of exactly these folders is vouched for by LOCAL_REPOSITORIES, of no other. It has to be a file: Git
  // clears configuration from the environment before it starts the other side.
  const globalConfig = `${mirror}.safe`;
  const folders = new Set([path, join(path, '.git'), ...(git === null ? [] : [git])]);
  const lines = [...folders].map(
    (folder) =>
      `\tdirectory = "${folder.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"\n`,
  );
  await mkdir(dirname(mirror), { recursive: true }).catch(fileFailure);
  const text = `[safe]\n${lines.join('')}`;
  // Another command may be reading it, and would find it empty while it is written.
  if (textOf(globalConfig) !== text.trim()) await writeFile(globalConfig, text).catch(fileFailure);
  return {
    address: pathToFileURL(path).href,
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

/**
 * Where a repository's objects are: a work tree beside others keeps them with the first one, and any repository may
 * borrow from others. Null where there are none; refused where one of these lies outside of what may be read.
 */
function objectsOf(git: string, { localRoots }: GitUrlPolicy): string | null {
  const common = textOf(join(git, 'commondir'));
  const own = join(common === null ? git : resolvePath(git, common), 'objects');
  if (!existsSync(own)) return null;
  const folders = [realpathSync(own)];
  for (const folder of folders) {
    if (!localRoots.some((root) => isBelow(root, folder)) || folders.length > MOST_LENDERS) throw outside();
    for (const line of (textOf(join(folder, 'info', 'alternates')) ?? '').split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      // Git reads a quoted path otherwise than it stands here.
      if (line.startsWith('"')) throw outside();
      const lender = resolvePath(folder, line);
      if (existsSync(lender) && !folders.includes(realpathSync(lender))) folders.push(realpathSync(lender));
    }
  }
  return folders[0] ?? null;
}

const MOST_LENDERS = 50;

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function outside(): SyncError {
  return new SyncError(
    'PATH_NOT_ALLOWED',
    'The repository of this folder lies outside of the folders named in LOCAL_REPOSITORIES, or borrows from one that does.',
  );
}

/** One word for the shell that Git gives the ssh command to. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

import { isIP } from 'node:net';
import { SyncError } from '../sync-error.ts';
import { isNamedHost, type GitAddress, type GitUrlPolicy } from './git-url.ts';
import { openFolder } from './local-folder.ts';
import { pinAddress, type Resolve } from './public-address.ts';
import type { Remote } from './remote.ts';

/** The settings of a remote beside its address. */
export interface RemoteOptions {
  readonly policy: GitUrlPolicy;
  readonly mirror: string;
  readonly token: string | null;
  readonly resolve: Resolve;
  readonly caFile: string | null;
}

/** Prepares a parsed address for Git: the host resolved once and pinned, the token in a header in the environment. */
export async function openRemote(address: GitAddress, options: RemoteOptions): Promise<Remote> {
  if (address.kind === 'local') return openFolder(address.path, options);
  const url = new URL(address.url);
  const isNamed = isNamedHost(url, address.host, options.policy);
  const pinned = await pinAddress(address.host, isNamed, options.resolve);
  const common = {
    address: address.url,
    objects: null,
    protocols: [address.protocol],
    globalConfig: null,
  };
  return address.protocol === 'ssh'
    ? { ...common, config: [], ssh: sshCommand(address.host, pinned, options.policy), secrets: [] }
    : { ...common, ssh: null, ...httpConfig(url, { host: address.host, pinned }, options) };
}

function sshCommand(host: string, pinned: string, { ssh = null }: GitUrlPolicy): string {
  if (ssh === null)
    throw new SyncError('HOST_NOT_ALLOWED', 'Addresses by ssh are not configured here. Use https.');
  // HostName pins the address; HostKeyAlias keeps the key checked against the name.
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
      `HostKeyAlias=${host}`,
    ].flatMap((option) => ['-o', option]),
  ];
  return words.map(shellQuote).join(' ');
}

function httpConfig(
  url: URL,
  { host, pinned }: { host: string; pinned: string },
  { caFile, token }: RemoteOptions,
): Pick<Remote, 'config' | 'secrets'> {
  const config: [string, string][] = [['http.proxy', '']];
  const port = url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80';
  if (isIP(host) === 0) config.push(['http.curloptResolve', `${host}:${port}:${pinned}`]);
  if (caFile !== null) config.push(['http.sslCAInfo', caFile]);
  if (token === null) return { config, secrets: [] };
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  config.push([`http.${url.origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
  return { config, secrets: [token, basic] };
}

/** Quotes one word for the shell that Git passes the ssh command to. */
function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

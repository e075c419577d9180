import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { SyncError } from '../sync-error.ts';
import { addressIsPublic } from './public-address.ts';

/** The operator's policy: allowed hosts by name (null: any public one), and folders that may contain repositories. */
export interface GitUrlPolicy {
  readonly allowedHosts: readonly string[] | null;
  readonly localRoots: readonly string[];
  /** The access for ssh addresses; without it they are refused, so that no user gets the use of the server's own keys. */
  readonly ssh?: SshAccess | null;
}

/** The key used over ssh, and the trusted hosts. */
export interface SshAccess {
  readonly identityFile: string;
  readonly knownHostsFile: string;
}

/** An address that is valid, and allowed as far as can be told without the network. */
export type GitAddress =
  | {
      readonly kind: 'remote';
      readonly url: string;
      readonly protocol: 'https' | 'http' | 'ssh';
      readonly host: string;
      readonly name: string;
    }
  | { readonly kind: 'local'; readonly url: string; readonly path: string; readonly name: string };

const NOT_AN_ADDRESS = 'This is not the address of a repository.';

/** Parses an address as a user entered it. Throws INVALID_URL, HOST_NOT_ALLOWED or PATH_NOT_ALLOWED. */
export function parseGitUrl(text: string, policy: GitUrlPolicy): GitAddress {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 4096 || /[\u0000-\u001f\u007f\s\\]/.test(trimmed)) {
    if (!isAbsolute(trimmed) || /[\0\n\r]/.test(trimmed)) throw invalid(NOT_AN_ADDRESS);
  }
  // `helper::address` would start a program of that name.
  if (trimmed.startsWith('-') || /^[^/[]*::/.test(trimmed)) throw invalid(NOT_AN_ADDRESS);
  if (trimmed.startsWith('file://')) return parseFolder(fromFileUrl(trimmed), policy);
  if (isAbsolute(trimmed)) return parseFolder(trimmed, policy);
  return parseRemote(trimmed.includes('://') ? trimmed : fromScp(trimmed), policy);
}

/** True if the operator named this host in the policy. */
export function isNamedHost(url: URL, host: string, policy: GitUrlPolicy): boolean {
  return (policy.allowedHosts ?? []).some((allowed) => [host, url.host].includes(allowed.toLowerCase()));
}

function parseRemote(text: string, policy: GitUrlPolicy): GitAddress {
  // `URL.canParse` accepts a few texts that the constructor refuses.
  const url = URL.parse(text);
  if (url === null) throw invalid(NOT_AN_ADDRESS);
  const protocol = protocolOf(url);
  for (const { breaks, message } of remoteRules) if (breaks(url, policy)) throw invalid(message);
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === '' || host.startsWith('-') || !/^[a-z0-9.:_-]+$/.test(host))
    throw invalid('The host of this address is not valid.');
  const segments = decodedSegments(url.pathname);
  if (segments.length === 0) throw invalid('The address names a server, but no repository on it.');
  checkHost(url, host, policy);
  const name = (segments.at(-1) ?? '').replace(/\.git$/, '');
  return { kind: 'remote', url: url.href.replace(/\/+$/, ''), protocol, host, name };
}

function protocolOf(url: URL): 'https' | 'http' | 'ssh' {
  const protocol = url.protocol.slice(0, -1);
  if (protocol === 'https' || protocol === 'ssh' || protocol === 'http') return protocol;
  throw invalid('Only https and ssh addresses can be read.');
}

/** The forms of remote addresses that are refused; the first match counts. */
const remoteRules: readonly {
  readonly breaks: (url: URL, policy: GitUrlPolicy) => boolean;
  readonly message: string;
}[] = [
  {
    breaks: (url) => url.password !== '' || (url.username !== '' && url.protocol !== 'ssh:'),
    message: 'Leave the credentials out of the address and enter the token in its own field.',
  },
  {
    breaks: (url) => url.search !== '' || url.hash !== '',
    message: 'The address of a repository has no ? and no #.',
  },
  {
    breaks: (url, policy) => url.protocol === 'ssh:' && (policy.ssh ?? null) === null,
    message: 'Addresses by ssh are not configured here. Use https.',
  },
  {
    breaks: (url) => url.protocol === 'ssh:' && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$|^$/.test(url.username),
    message: 'The user of this address is not valid.',
  },
];

/** Refuses hosts outside the policy, plain http to hosts the operator did not name, and private addresses. */
function checkHost(url: URL, host: string, policy: GitUrlPolicy): void {
  if (isNamedHost(url, host, policy)) return;
  if (policy.allowedHosts !== null) {
    throw new SyncError(
      'HOST_NOT_ALLOWED',
      `Repositories on ${host} may not be read here. An operator can allow it in GIT_ALLOWED_HOSTS.`,
    );
  }
  // Credentials over an unencrypted connection are the operator's decision.
  if (url.protocol === 'http:') throw invalid('Use https; http would send everything unencrypted.');
  if (host === 'localhost' || host.endsWith('.localhost') || !addressIsPublic(host)) {
    throw new SyncError(
      'HOST_NOT_ALLOWED',
      'This address lies inside a private network. An operator can allow it in GIT_ALLOWED_HOSTS.',
    );
  }
}

function decodedSegments(pathname: string): string[] {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    throw invalid(NOT_AN_ADDRESS);
  }
  const segments = decoded.split('/').filter((segment) => segment !== '');
  const isUnsafe = (segment: string): boolean =>
    segment === '..' || segment.startsWith('-') || /[\u0000-\u001f\u007f"'`$;|&<>\\]/.test(segment);
  if (segments.some(isUnsafe)) throw invalid('The path of this address is not that of a repository.');
  return segments;
}

/** Reads `git@host:owner/name`, the form that servers offer for copying. */
function fromScp(text: string): string {
  const match = /^(?:([A-Za-z0-9_][A-Za-z0-9_.-]*)@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?!\d+\/?$)([^:]+)$/.exec(
    text,
  );
  if (match === null)
    throw invalid('Enter a full https address, git@host:path, or the absolute path of a folder.');
  return `ssh://${match[1] ?? 'git'}@${match[2] ?? ''}/${(match[3] ?? '').replace(/^\/+/, '')}`;
}

function fromFileUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.host !== '' && url.host !== 'localhost'))
    throw invalid('A file address names a folder on this machine.');
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    throw invalid('A file address names a folder on this machine.');
  }
}

function parseFolder(path: string, policy: GitUrlPolicy): GitAddress {
  const refused = new SyncError(
    'PATH_NOT_ALLOWED',
    'There is no repository in this folder, or it lies outside the folders in LOCAL_REPOSITORIES.',
  );
  if (path.includes('\0')) throw refused;
  let real: string;
  try {
    real = realpathSync(resolve(path));
    if (!statSync(real).isDirectory()) throw refused;
  } catch {
    // Missing and forbidden paths get the same answer, so that the disk cannot be explored.
    throw refused;
  }
  if (!policy.localRoots.some((root) => isBelow(root, real))) throw refused;
  const name =
    real
      .split('/')
      .filter((part) => part !== '' && part !== '.git')
      .at(-1) ?? 'repository';
  return { kind: 'local', url: real, path: real, name: name.replace(/\.git$/, '') };
}

/** True if a real path is a folder or lies below it. */
export function isBelow(root: string, real: string): boolean {
  try {
    const rest = relative(realpathSync(root), real);
    return rest === '' || (rest !== '..' && !rest.startsWith('../') && !isAbsolute(rest));
  } catch {
    return false;
  }
}

function invalid(message: string): SyncError {
  return new SyncError('INVALID_URL', message);
}

import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { SyncError } from '../sync-error.ts';
import { addressIsPublic } from './public-address.ts';

/** What the operator allows: hosts by name (null: any public one), and folders below which a local path may lie. */
export interface GitUrlPolicy {
  readonly allowedHosts: readonly string[] | null;
  readonly localRoots: readonly string[];
  /** What ssh addresses are read with; left out, they are refused, lest the server's own keys be lent to everybody. */
  readonly ssh?: SshAccess | null;
}

/** The key that repositories are read with over ssh, and the hosts that are believed. */
export interface SshAccess {
  readonly identityFile: string;
  readonly knownHostsFile: string;
}

/** An address that is understood and allowed as far as it can be told without a look at the network. */
export type GitAddress =
  | {
      readonly kind: 'remote';
      readonly url: string;
      readonly protocol: 'https' | 'http' | 'ssh';
      readonly host: string;
      readonly name: string;
    }
  | { readonly kind: 'local'; readonly url: string; readonly path: string; readonly name: string };

/** Reads what a person pasted. It throws `SyncError` with INVALID_URL, HOST_NOT_ALLOWED or PATH_NOT_ALLOWED. */
export function parseGitUrl(text: string, policy: GitUrlPolicy): GitAddress {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 4096 || /[\u0000-\u001f\u007f\s\\]/.test(trimmed)) {
    if (!isAbsolute(trimmed) || /[\0\n\r]/.test(trimmed))
      throw invalid('This is not the address of a repository.');
  }
  // `helper::address` would start a program of that name.
  if (trimmed.startsWith('-') || /^[^/[]*::/.test(trimmed))
    throw invalid('This is not the address of a repository.');
  if (trimmed.startsWith('file://')) return local(fromFileUrl(trimmed), policy);
  if (isAbsolute(trimmed)) return local(trimmed, policy);
  if (!trimmed.includes('://')) return remote(fromScp(trimmed), policy);
  return remote(trimmed, policy);
}

function remote(text: string, policy: GitUrlPolicy): GitAddress {
  if (!URL.canParse(text)) throw invalid('This is not the address of a repository.');
  const url = new URL(text);
  const protocol = url.protocol.slice(0, -1);
  if (protocol !== 'https' && protocol !== 'ssh' && protocol !== 'http') {
    throw invalid('Only https and ssh addresses can be read.');
  }
  if (url.password !== '' || (url.username !== '' && protocol !== 'ssh')) {
    throw invalid('Leave the credentials out of the address and enter the token in its own field.');
  }
  if (url.search !== '' || url.hash !== '') throw invalid('The address of a repository has no ? and no #.');
  if (protocol === 'ssh' && (policy.ssh ?? null) === null)
    throw invalid('Addresses by ssh are not configured here. Use https.');
  if (protocol === 'ssh' && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$|^$/.test(url.username))
    throw invalid('The user of this address is not a name.');
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === '' || host.startsWith('-') || !/^[a-z0-9.:_-]+$/.test(host))
    throw invalid('The host of this address is not a name.');
  const segments = decodedSegments(url.pathname);
  if (segments.length === 0) throw invalid('The address names a server, but no repository on it.');
  const named = policy.allowedHosts?.some(
    (allowed) => allowed.toLowerCase() === host || allowed.toLowerCase() === url.host,
  );
  if (policy.allowedHosts !== null && named !== true) {
    throw new SyncError(
      'HOST_NOT_ALLOWED',
      `Repositories on ${host} may not be read here. An operator can allow it in GIT_ALLOWED_HOSTS.`,
    );
  }
  // Credentials over an open line, only where the operator named the host and so means it.
  if (protocol === 'http' && named !== true)
    throw invalid('Use https; http would carry everything in the open.');
  if (named !== true && (host === 'localhost' || host.endsWith('.localhost') || !addressIsPublic(host))) {
    throw new SyncError(
      'HOST_NOT_ALLOWED',
      'This address lies inside a private network. An operator can allow it in GIT_ALLOWED_HOSTS.',
    );
  }
  const name = (segments.at(-1) ?? '').replace(/\.git$/, '');
  return { kind: 'remote', url: url.href.replace(/\/+$/, ''), protocol, host, name };
}

function decodedSegments(pathname: string): string[] {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    throw invalid('This is not the address of a repository.');
  }
  const segments = decoded.split('/').filter((segment) => segment !== '');
  if (
    segments.some(
      (segment) =>
        segment === '..' || segment.startsWith('-') || /[\u0000-\u001f\u007f"'`$;|&<>\\]/.test(segment),
    )
  ) {
    throw invalid('The path of this address is not that of a repository.');
  }
  return segments;
}

/** `git@host:owner/name`, as servers show it to be copied. */
function fromScp(text: string): string {
  const match = /^(?:([A-Za-z0-9_][A-Za-z0-9_.-]*)@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?!\d+\/?$)([^:]+)$/.exec(
    text,
  );
  if (match === null)
    throw invalid('Give a full https address, git@host:path, or the absolute path of a folder.');
  return `ssh://${match[1] ?? 'git'}@${match[2] ?? ''}/${(match[3] ?? '').replace(/^\/+/, '')}`;
}

function fromFileUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.host !== '' && url.host !== 'localhost'))
    throw invalid('A file address names a folder on this machine.');
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    throw invalid('A file address names a folder on this machine.');
  }
}

function local(path: string, policy: GitUrlPolicy): GitAddress {
  const refused = new SyncError(
    'PATH_NOT_ALLOWED',
    'There is no repository in this folder, or it lies outside of the folders named in LOCAL_REPOSITORIES.',
  );
  if (path.includes('\0')) throw refused;
  let real: string;
  try {
    real = realpathSync(resolve(path));
    if (!statSync(real).isDirectory()) throw refused;
  } catch {
    // Missing and forbidden are told alike, so that nobody can feel their way through the disk.
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

/** Whether a real path is a folder or lies below it. */
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

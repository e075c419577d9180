/** The meaning of a pasted address. */
export type Address =
  | { kind: 'github'; provider: 'GITHUB'; url: string; name: string; branch?: string }
  | { kind: 'git'; provider: 'GIT'; url: string; name: string; branch?: string }
  | { kind: 'folder'; provider: 'GIT'; url: string; name: string; branch?: string }
  | { kind: 'empty' }
  | { kind: 'unknown' };

/** Parses any page of a GitHub repository, owner/name, a Git URL (also scp-like), or a folder on the server. */
export function parseAddress(pasted: string): Address {
  const text = pasted
    .trim()
    .replace(/^git clone\s+/, '')
    .replace(/^["'<]+|["'>]+$/g, '');
  if (text === '') return { kind: 'empty' };
  if (/[\0-\x1f\x7f]/.test(text)) return { kind: 'unknown' };
  if (/^(\/|~\/|[A-Za-z]:[\\/])/.test(text)) return folder(text);
  if (text.startsWith('file://')) return folder(decode(text.slice('file://'.length)));
  const github = githubPage(text);
  if (github !== null) return github;
  if (/^[\w.-]+\/[\w.-]+$/.test(text) && !text.startsWith('.')) return ownerName(...pair(text));
  const scp = /^(?:[\w.-]+@)?([\w.-]+\.[\w-]+):(?!\/)([^\s]+)$/.exec(text);
  if (scp !== null)
    return gitUrl(`ssh://${text.includes('@') ? text.split('@')[0] : 'git'}@${scp[1]}/${scp[2]}`);
  if (/^(https?|ssh|git):\/\/[^\s/]+\/\S+/.test(text)) return gitUrl(text);
  return { kind: 'unknown' };
}

function githubPage(text: string): Address | null {
  const match =
    /^(?:(?:https?|ssh|git):\/\/)?(?:[\w.-]+(?::[^@\s]*)?@)?(?:www\.)?github\.com[/:]([\w.-]+)\/([\w.-]+)([/?#]\S*)?$/i.exec(
      text,
    );
  if (match === null) return null;
  const found = ownerName(match[1] ?? '', match[2] ?? '');
  const branch = /^\/(?:tree|blob|commits)\/([^/?#]+)/.exec(match[3] ?? '')?.[1];
  return found.kind === 'github' && branch !== undefined ? { ...found, branch: decode(branch) } : found;
}

function ownerName(owner: string, rest: string): Address {
  const name = rest.replace(/\.git$/, '');
  if (name === '' || name === '.' || name === '..') return { kind: 'unknown' };
  return {
    kind: 'github',
    provider: 'GITHUB',
    url: `https://github.com/${owner}/${name}`,
    name: `${owner}/${name}`,
  };
}

function folder(path: string): Address {
  const url = path.length > 1 ? path.replace(/[\\/]+$/, '') : path;
  return { kind: 'folder', provider: 'GIT', url, name: lastPart(url) };
}

/** Cuts a password off an address: it belongs in the token field, and must never be sent as part of the URL. */
function gitUrl(text: string): Address {
  const url = text.replace(/^(\w+:\/\/[^:@/\s]*):[^@/\s]*@/, '$1@').replace(/^(https?:\/\/)[^@/\s]*@/, '$1');
  return { kind: 'git', provider: 'GIT', url, name: lastPart(url.replace(/\/+$/, '')) };
}

function pair(text: string): [string, string] {
  const cut = text.indexOf('/');
  return [text.slice(0, cut), text.slice(cut + 1)];
}

function lastPart(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/\.git$/, '') || path
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { SyncError } from '../sync-error.ts';

/** A repository, named by its owner and its own name. */
export interface GitHubName {
  readonly owner: string;
  readonly name: string;
}

/** Names by GitHub's own rules; nothing else may enter a URL or a query. */
const ownerForm = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/;
const nameForm = /^[A-Za-z0-9._-]{1,100}$/;

/**
 * Parses what users paste: `owner/name`, the address of a repository or of any page below it, or a clone address.
 * `host` is the Enterprise server's, if one is configured.
 */
export function parseGitHubUrl(text: string, host = 'github.com'): GitHubName {
  const trimmed = text.trim();
  const short = /^([^/\s:@]+)\/([^/\s:@]+)$/.exec(trimmed);
  if (short !== null) return checked(short[1], short[2]);
  const ssh = /^(?:ssh:\/\/)?git@([^/:]+)[:/]([^/]+)\/([^/]+?)\/?$/.exec(trimmed);
  if (ssh !== null) {
    refuseOtherHost(ssh[1] ?? '', host);
    return checked(ssh[2], ssh[3]);
  }
  return fromPage(trimmed, host);
}

function fromPage(text: string, host: string): GitHubName {
  const withScheme = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  // `URL.canParse` accepts a few texts that the constructor refuses.
  const url = URL.parse(withScheme);
  if (url === null) throw invalid();
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '')
    throw invalid();
  refuseOtherHost(url.hostname, host);
  const [owner, name] = url.pathname.split('/').filter((part) => part !== '');
  return checked(owner, name);
}

function refuseOtherHost(given: string, host: string): void {
  if (given.toLowerCase().replace(/^www\./, '') !== host.toLowerCase()) throw invalid();
}

function checked(owner = '', name = ''): GitHubName {
  const bare = name.replace(/\.git$/i, '');
  if (!ownerForm.test(owner) || !nameForm.test(bare) || bare === '.' || bare === '..') throw invalid();
  return { owner, name: bare };
}

function invalid(): SyncError {
  return new SyncError(
    'INVALID_URL',
    'This is not a GitHub repository. Enter it as owner/name or paste the address of one of its pages.',
  );
}

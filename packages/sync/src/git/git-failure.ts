import { SyncError, type SyncErrorCode } from '../sync-error.ts';

/** The message for a commit that existed when its branch was looked up. */
export const COMMIT_GONE = 'The commit disappeared from its source while it was being read. Try again.';

/** The message for a repository that was cloned without all of its objects. */
export const PARTIAL_CLONE =
  'The source is a partial clone and lacks contents. Fetch them there (git fetch --refetch) and try again.';

const TOO_LARGE =
  'The repository needs more disk, memory or processor time than one fetch may take. Sync a smaller one, or ask the operator to raise GIT_FETCH_MEGABYTES or GIT_FETCH_CPU_SECONDS.';

/** The failure of a fetch that reached a limit of its process. */
export function tooLargeToFetch(cause?: unknown): SyncError {
  return new SyncError('REPOSITORY_TOO_LARGE', TOO_LARGE, cause === undefined ? {} : { cause });
}

interface Rule {
  readonly pattern: RegExp;
  readonly code: SyncErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** Maps Git's messages in the C locale to what they mean for a connected repository. The first match counts. */
const rules: readonly Rule[] = [
  {
    // The kernel ends a helper of Git at its limit of time or of a file's size, or for want of memory. A helper that was
    // ended says nothing itself, so only the complaint about its output is there.
    pattern:
      /died of signal (9|24|25)\b|out of memory|File too large|^(?![\s\S]*(?:error: |fatal: (?!fetch-pack)))[\s\S]*invalid index-pack output/i,
    code: 'REPOSITORY_TOO_LARGE',
    retryable: false,
    message: TOO_LARGE,
  },
  {
    pattern: /No space left on device|Disk quota exceeded/i,
    code: 'STORE_FULL',
    retryable: true,
    message: 'The disk with the mirrors is full. Free some space and try again.',
  },
  {
    pattern:
      /Authentication failed|could not read (Username|Password)|HTTP Basic: Access denied|returned error: 401|Permission denied \(publickey/i,
    code: 'AUTHENTICATION_FAILED',
    retryable: false,
    message: 'The server rejected the credentials. Enter a token that may read this repository.',
  },
  {
    pattern: /returned error: 403|access denied|not allowed to/i,
    code: 'PERMISSION_DENIED',
    retryable: false,
    message: 'The token may not read this repository. Give it read access to the contents.',
  },
  {
    pattern:
      /returned error: 404|repository '?.*'? not found|does not appear to be a git repository|does not exist/i,
    code: 'REPOSITORY_NOT_FOUND',
    retryable: false,
    message: 'There is no repository at this address, or it is private and the token cannot see it.',
  },
  {
    pattern: /returned error: 30\d|unable to update url base from redirection|redirect/i,
    code: 'SOURCE_INVALID_RESPONSE',
    retryable: false,
    message: 'The server redirects to another address. Connect the repository by its new address.',
  },
  {
    pattern: /couldn't find remote ref|no such remote ref/i,
    code: 'BRANCH_NOT_FOUND',
    retryable: false,
    message: 'The branch no longer exists at its source.',
  },
  {
    pattern:
      /remote error: .*(unable to read|bad object|missing)|could not fetch [0-9a-f]+ from promisor|lazy fetching disabled/i,
    code: 'OBJECT_MISSING',
    retryable: false,
    message: PARTIAL_CLONE,
  },
  {
    pattern: /not our ref|Server does not allow request for unadvertised/i,
    code: 'OBJECT_MISSING',
    retryable: true,
    message: COMMIT_GONE,
  },
  {
    pattern: /returned error: (429|5\d\d)/i,
    code: 'SOURCE_UNAVAILABLE',
    retryable: true,
    message: 'The server is unavailable. Try again later.',
  },
  {
    pattern: /SSL certificate|certificate verify failed|server certificate/i,
    code: 'SOURCE_UNAVAILABLE',
    retryable: false,
    message: "The server's certificate is not valid, so nothing was read from it.",
  },
  {
    pattern: /transport '' not allowed/i,
    code: 'INVALID_URL',
    retryable: false,
    message: 'This kind of address may not be read.',
  },
  {
    pattern: /dubious ownership/i,
    code: 'PERMISSION_DENIED',
    retryable: false,
    message: 'The folder belongs to another user.',
  },
  {
    pattern: /Operation timed out|Operation too slow|timed out/i,
    code: 'SOURCE_TIMEOUT',
    retryable: true,
    message: 'The server is too slow. Try again later.',
  },
  {
    pattern:
      /Could not resolve host|Failed to connect|Connection (refused|reset|closed)|unable to access|early EOF|unexpected disconnect|hung up|RPC failed|invalid index-pack output/i,
    code: 'SOURCE_UNAVAILABLE',
    retryable: true,
    message: 'The server could not be reached, or closed the connection. Try again later.',
  },
  {
    pattern:
      /not a git repository|corrupt|bad object|unable to read|inflate|packfile|pack has |loose object|index file|necessary objects|unresolved delta|bad (signature|config|tree)/i,
    code: 'CONTENT_UNVERIFIED',
    retryable: true,
    message: 'The received or stored data is damaged. None of it was used.',
  },
];

/** Turns Git's output into a `SyncError`. The output, without secrets, becomes its cause. */
export function gitFailure(stderr: string, secrets: readonly string[]): SyncError {
  const lines = scrub(stderr, secrets).split('\n');
  const said = lines.filter((line) => !line.startsWith('{"event":')).join('\n');
  // Addresses are removed first: a repository may be called "redirect" or "corrupt".
  const plain = said.replace(/'[^'\n]*'|[a-z]+:\/\/\S+/gi, "''");
  const rule = rules.find(({ pattern }) => pattern.test(plain));
  const cause = new Error(said.trim());
  if (rule === undefined) {
    const line = said.trim().split('\n').at(-1) ?? '';
    return new SyncError('SOURCE_UNAVAILABLE', `Git failed: ${line.slice(0, 300)}`, {
      retryable: true,
      cause,
    });
  }
  return new SyncError(rule.code, rule.message, { retryable: rule.retryable, cause });
}

/** Removes what must never reach a log: known secrets, and the part of an address before an @. */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1');
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '•••');
  return clean;
}

/** Throws a `SyncError` for a full or read-only disk; rethrows every other error unchanged. */
export function fileFailure(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    throw new SyncError('STORE_FULL', 'The disk with the mirrors is full. Free some space and try again.', {
      retryable: true,
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    throw new SyncError(
      'STORE_READ_ONLY',
      'The folder of the mirrors is read-only. Give the server write access to it.',
      { cause: error },
    );
  }
  throw error;
}

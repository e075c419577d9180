import type { DbErrorCode } from '@project-sync/db';
import type { EmbedderErrorCode, WriterErrorCode } from '@project-sync/knowledge';
import type { phases, SyncErrorCode } from '@project-sync/sync';

type Enrichment = Exclude<(typeof phases)[number], 'PREPARE' | 'SCAN' | 'IMPORT' | 'FINALIZE'>;

/** The codes that other packages report: one that is added there and missing here fails the type check. */
type ReportedCode =
  | SyncErrorCode
  | DbErrorCode
  | EmbedderErrorCode
  | WriterErrorCode
  | `${Enrichment}_INCOMPLETE`
  | `${Enrichment}_CANCELLED`;

const later = 'Files and keyword search are complete; the next sync continues it.';
const embeddedLater =
  'Files and keyword search are complete; a job, the next sync or refreshEmbeddings continues it.';

/** Every code of an error or warning: what it means, and what to do about it. */
export const errorCodes = {
  // Connecting and reading a source.
  INVALID_URL: 'The address is not a repository this provider can read. Correct the URL.',
  HOST_NOT_ALLOWED:
    'The host of the URL is private or not allowed here. Use a public host, or ask the operator to allow it.',
  PATH_NOT_ALLOWED:
    'The local folder is missing, or outside the folders the operator allows. Check the path and LOCAL_REPOSITORIES.',
  REPOSITORY_NOT_FOUND:
    'No such repository exists, or the caller may not see it. Check the ID or URL, and the token for a private repository.',
  REPOSITORY_EMPTY: 'The repository has no branch yet. Push a commit, or name a branch.',
  REPOSITORY_TOO_LARGE:
    'The commit lists more files, deeper folders or longer names than a sync reads. Sync a smaller repository.',
  BRANCH_NOT_FOUND:
    'No such branch exists at the source, or nothing of it is stored. Check the name, or sync it first.',
  AUTHENTICATION_FAILED:
    'The source rejected the credentials. Connect the repository again with a valid token.',
  PERMISSION_DENIED:
    'The credentials are valid but may not read the repository. Grant the token read access.',
  RATE_LIMITED: 'Too many requests were made to this server or by it to the source. Wait, then try again.',
  SOURCE_UNAVAILABLE: 'The source could not be reached or failed. Try again later.',
  SOURCE_TIMEOUT: 'The source did not answer in time. Try again later.',
  SOURCE_INVALID_RESPONSE:
    'The source answered in a form that cannot be read. Check the URL, then try again.',
  CONTENT_UNVERIFIED:
    'Bytes from the source did not hash to their object ID. Try again, or check the source for damage.',
  OBJECT_MISSING:
    'The source lacks an object that its commit names. As a warning: the file is listed without its content.',
  // Running a sync.
  PHASE_TIMEOUT: 'A phase of the sync made no progress for too long and was stopped. Start the sync again.',
  SYNC_SET_ASIDE:
    'The sync ended its process more than once at the same place, so it does not run again by itself. Look at the log of the server, then start the sync again.',
  LEASE_LOST:
    'The worker lost its right to run the sync to another worker. Nothing to do: that worker continues.',
  CANCELLED: 'A user or program cancelled the sync. Start it again if needed.',
  STORE_UNAVAILABLE: 'The database did not answer while the sync ran. Try again when it is back.',
  STORE_READ_ONLY: 'The database accepts no writes. The operator must make it writable.',
  STORE_FULL: 'The disk of the database or of the Git mirrors is full. The operator must free space.',
  INTERNAL: 'An unexpected failure. Report the trace ID in the answer to the operator.',
  // Starting and stopping syncs.
  PATTERN_NOT_FOUND: 'No such pattern exists, or the caller may not see it. Check the ID.',
  TOO_MANY_SYNCS: 'A request asks for more syncs than one may start. Send several requests.',
  SYNC_NOT_FOUND: 'No such sync exists, or the caller may not see it. Check the ID.',
  SYNC_ENDED: 'The sync has ended and can no longer be cancelled. Nothing to do.',
  SYNC_NOT_FINALIZED: 'The sync left no snapshot. Choose one that completed FINALIZE.',
  BRANCH_PINNED:
    'The branch is pinned to a restored state, and syncs do not move it. Release it with releaseBranch, then sync.',
  INVALID_REASON: 'The reason is too long. Give one of 500 characters at most.',
  RESTORE_ACTIVE:
    'Another state is already being restored on this branch. Wait for it or cancel it, then restore.',
  // Warnings of a sync.
  FILE_TOO_LARGE: 'A file exceeds the size limit: it is listed without its content. Nothing to do.',
  FILE_NOT_ANALYSED:
    'A content took too long to be read: its file is listed, and search does not find it. Nothing to do.',
  CONTENT_REPAIRED: 'A stored content was damaged and was fetched again. Nothing to do.',
  LISTING_REPAIRED: 'The stored listing differed from the commit and was corrected. Nothing to do.',
  CONSOLIDATION_LIMIT:
    'Letters, notes and decisions exceed what insights are drawn from: the newest are read. Shorten or remove old ones.',
  EMBEDDING_LIMIT: `The token limit of one sync was reached before every passage was embedded. ${embeddedLater}`,
  EMBEDDING_REFUSED:
    'The embedder rejected some passages: they are found by words only. Shorten them, or choose another model.',
  ANALYZE_INCOMPLETE: `Finding symbols and references failed after the snapshot was complete. ${later}`,
  ANALYZE_CANCELLED: `Finding symbols and references was cancelled after the snapshot was complete. ${later}`,
  DOCUMENT_INCOMPLETE: `Writing documents failed after the snapshot was complete. ${later}`,
  DOCUMENT_CANCELLED: `Writing documents was cancelled after the snapshot was complete. ${later}`,
  CONSOLIDATE_INCOMPLETE: `Merging findings failed after the snapshot was complete. ${later}`,
  CONSOLIDATE_CANCELLED: `Merging findings was cancelled after the snapshot was complete. ${later}`,
  AXIOM_INCOMPLETE: `Updating the knowledge base failed after the snapshot was complete. ${later}`,
  AXIOM_CANCELLED: `Updating the knowledge base was cancelled after the snapshot was complete. ${later}`,
  EMBED_INCOMPLETE: `Embedding failed after the snapshot was complete. ${embeddedLater}`,
  EMBED_CANCELLED: `Embedding was cancelled after the snapshot was complete. ${embeddedLater}`,
  // The embedder.
  EMBEDDER_UNREACHABLE: 'The embedder did not answer. Try again later, or check EMBEDDING_BASE_URL.',
  EMBEDDER_REFUSED: 'The embedder rejected the request. Check EMBEDDING_API_KEY and EMBEDDING_MODEL.',
  EMBEDDER_LIMITED: "The embedder's own limit is used up. Wait, or raise the limit with its provider.",
  EMBEDDER_INVALID_ANSWER:
    'The embedder answered with vectors of another form. Choose a model with 1,536 dimensions.',
  // The language model.
  WRITER_UNREACHABLE: 'The language model did not answer. Try again later, or check LLM_BASE_URL.',
  WRITER_TIMED_OUT: 'The language model took too long. Try again later, or choose a faster one.',
  WRITER_REFUSED: 'The language model rejected the request. Check LLM_API_KEY and LLM_MODEL.',
  WRITER_LIMITED: "The language model's own limit is used up. Wait, or raise the limit with its provider.",
  WRITER_INVALID_ANSWER: 'The language model answered in a form that cannot be used. Choose another one.',
  WRITER_LIMIT:
    'The tokens for the language model are used up, for this sync or this month. The generated pages are complete. Wait, or ask the operator for more.',
  MODEL_NOT_CONFIGURED: 'The server has no language model. Ask its operator to configure one.',
  PAGE_NOT_WRITABLE:
    'The language model cannot add to this document. Choose an overview, architecture, conventions or module page.',
  // Requests.
  BAD_USER_INPUT: 'The request does not fit the schema. Correct what the message names.',
  BAD_CURSOR: 'The cursor does not belong to this list. Start again without it.',
  PAGE_TOO_LARGE: 'A page holds 0 to 100 rows. Ask for fewer, then continue with the cursor.',
  QUERY_TOO_COSTLY: 'The request costs more than one request may. Ask for smaller pages or fewer fields.',
  ANSWER_TOO_LARGE: 'The answer holds more text than one answer may. Ask for fewer files or smaller pages.',
  ANSWER_TIMED_OUT: 'The database took too long for one of the questions. Ask for less at once.',
  DOCUMENT_TOO_DEEP: 'The document is nested too deeply. Split it into several requests.',
  TOO_MANY_ALIASES: 'The document has too many aliases. Split it into several requests.',
  TOO_MANY_DIRECTIVES: 'The document has too many directives. Split it into several requests.',
  TOO_MANY_TOKENS: 'The document is too long. Split it, and pass values as variables.',
  TOO_MANY_STREAMS:
    'The socket, the user or the address has too many subscriptions or sockets open. End one before opening another.',
  BODY_TOO_LARGE: 'The body of the request exceeds its size limit. Send less at once.',
  UNSUPPORTED_MEDIA_TYPE: 'The body has a content type that is not accepted. Send application/json.',
  ORIGIN_NOT_ALLOWED: 'A browser sent the request from another site. Call from the page at PUBLIC_URL.',
  // Who asks.
  UNAUTHENTICATED:
    'The request carries no valid session or API key. Sign in, or send Authorization: Bearer <key>.',
  FORBIDDEN: 'The session or API key lacks the scope this field needs. Use a key with that scope.',
  CREDENTIAL_ENDED: 'The key was revoked or has expired, or the session was signed out. Sign in again.',
  ACCESS_ENDED: 'The caller is no longer a member of the project. Ask an owner for an invitation.',
  KEY_BOUND_TO_PROJECT: 'The API key is bound to one project and cannot create others. Use an unbound key.',
  ROLE_TOO_LOW: "The caller's role in the project does not allow this. Ask an owner for a higher role.",
  NOT_OPERATOR: 'Only an operator of the server may do this. Ask one.',
  OPERATOR_ACCESS_NEEDED:
    "The project may not read in the server's own folders. Ask an operator to allow it, or give a Git URL.",
  PROJECT_CREATION_NOT_ALLOWED: 'The caller may not create projects. Ask an operator for the right.',
  // Projects, members, keys and texts.
  PROJECT_NOT_FOUND: 'No such project exists, or the caller may not see it. Check the ID.',
  MEMBER_NOT_FOUND: 'No such member exists in the project. Check the user ID.',
  INVITATION_NOT_FOUND: 'No such open invitation exists in the project. Check the ID.',
  SESSION_NOT_FOUND: 'No such session of the caller exists. Check the ID.',
  SESSION_NOT_FRESH: 'The user signed in more than an hour ago. Sign in again first.',
  USER_SHUT_OUT: 'The user is shut out of this server. Ask an operator.',
  USER_NOT_VERIFIED:
    'The device did not check who uses it. Unlock it by a PIN, a finger or a face, then try again.',
  USER_NOT_FOUND: 'No such user exists on this server. Check the ID.',
  LAST_OPERATOR: 'The server needs at least one operator. Make another user one first.',
  TOO_MANY_PROJECTS: 'The caller owns as many projects as one user may. Remove one first.',
  TOO_MANY_KEYS: 'The caller has as many API keys as one user may. Revoke one first.',
  INVALID_DESCRIPTION: 'A description has 5,000 characters at most. Shorten it.',
  API_KEY_NOT_FOUND: 'No such API key exists, or the caller does not own it. Check the ID.',
  NOTE_NOT_FOUND: 'No such note exists, or the caller may not see it. Check the ID of the entry.',
  NOTE_CHANGED: 'The note was changed since it was read. Read its new version, then try again.',
  INVALID_NAME: 'The name is empty or too long. Choose another.',
  INVALID_SLUG:
    'The slug has another form than it must. Use 1 to 64 lower-case letters, digits and dashes, with no dash at either end.',
  SLUG_TAKEN: 'Another project has this slug. Choose another.',
  INVALID_EMAIL: 'The text is not an e-mail address. Correct it.',
  INVALID_TITLE: 'A title has 1 to 300 characters. Choose another.',
  INVALID_CONTENT: 'A text has 1 to 1,000,000 characters. Shorten or fill it.',
  INVALID_PATH:
    'A path has at most 1,000 characters and no empty, . or .. parts. Correct the path or the scope.',
  DOCUMENT_NOT_FOUND: 'No such document exists, or the caller may not see it. Check the ID.',
  DOCUMENT_NOT_WRITTEN:
    'The document follows from the repository and cannot be removed. Remove one that a user wrote.',
  WEBHOOK_NOT_FOUND: 'No such webhook exists, or the caller may not see it. Check the ID.',
  WEBHOOK_DELIVERY_NOT_FOUND:
    'No such delivery of a webhook exists, or the caller may not see it. Check the ID.',
  MAIL_NOT_CONFIGURED: 'This server sends no mail. Its operator can set SMTP_URL and MAIL_FROM.',
  WEBHOOK_OFF: 'The webhook is turned off. Turn it on, then send the delivery again.',
  TOO_MANY_WEBHOOKS: 'The project has as many webhooks as it may. Remove one first.',
  NO_EVENTS: 'A webhook needs at least one event. Give it one.',
  NO_SCOPES: 'An API key needs at least one scope. Give it at least READ.',
  ALREADY_EXPIRED: 'The expiry date lies in the past. Choose a later one.',
  LAST_OWNER: 'A project needs at least one owner. Make another member an owner first.',
  // The operator's own: the command line reports these.
  DATA_DIR_IN_USE: 'Another process has opened DATA_DIR. Stop that process, or use its server.',
  DATA_DIR_NOT_WRITABLE: 'DATA_DIR cannot be written. Correct its owner or permissions.',
  DATA_VERSION_MISMATCH:
    'The data in DATA_DIR was written by another database version. Export and restore it.',
  DATABASE_UNREACHABLE: 'The database does not answer. Check that it runs, and its address and password.',
  EXTENSION_MISSING: 'PostgreSQL lacks an extension that is needed. Install pgvector.',
  MIGRATIONS_PENDING: 'The database is older than this version. Run the migrate command.',
  SIGN_IN_FIRST: 'An account with the invited address exists. Sign in to it, then open the invitation again.',
  DATABASE_UNAVAILABLE: 'The database does not answer. Try again in a moment; the status is 503.',
  MIGRATIONS_NEWER:
    'A newer version took away from the database something that this version uses. Start the newer version.',
  MIGRATIONS_REFUSED:
    'The database and the migrations of this version do not fit together. The message names the migration and the reason.',
  BACKUP_FILE_EXISTS: 'The file to back up to exists already. Name another one, or remove it first.',
  BACKUP_DAMAGED: 'The backup is cut, altered or none at all. Use another copy of it.',
  BACKUP_UNSUITABLE:
    'The backup belongs to another version than the target. The message says which way leads on.',
  RESTORE_NOT_EMPTY: 'The target of a restore has rows already. Restore into an empty database.',
  PROJECT_UNKNOWN: 'There is no project with this slug in the database. Check the slug.',
  DATABASE_CLOSED: 'The database was closed while it was used. Start the command again.',
  OPERAND_MISSING: 'An operator of a search has no value. Write one, for example path:src/ or lang:go.',
  PATTERN_INVALID: 'A search pattern is not valid or could be slow. Correct what the message names.',
  QUESTION_TOO_LONG: 'The question has more characters than a search reads. Shorten it.',
  CONTEXT_BUDGET_TOO_SMALL:
    'The mandatory rules that bind the task need more tokens than the budget, and none is cut. Raise maxTokens, or name the paths.',
  PATTERN_TIMED_OUT: 'A search pattern took too long. Use a simpler pattern or a quoted phrase.',
  OUTSIDE_PROJECT: 'A read named another project than its own. Report this as a defect.',
} as const satisfies Record<ReportedCode, string> & Record<string, string>;

/** The code of an error or warning. Programs branch on it; a code is never renamed. */
export type ErrorCode = keyof typeof errorCodes;

/** Whether a text is one of the codes: rows written by another version may hold one that is not. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

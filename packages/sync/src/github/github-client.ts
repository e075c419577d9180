import { graphql, GraphqlResponseError } from '@octokit/graphql';
import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import { fieldsOf, parseJson, rowsOf, textOf, type Fields } from '../http-api/json.ts';
import type { Answer } from './judge-answer.ts';
import type { GitHubName } from './parse-github-url.ts';
import type { Transport } from './transport.ts';

/** GraphQL and REST about one repository, over one transport. */
export class GitHubClient {
  readonly transport: Transport;
  readonly #apiUrl: string;
  readonly #repository: GitHubName;

  constructor(options: { transport: Transport; apiUrl: string; repository: GitHubName }) {
    this.transport = options.transport;
    this.#apiUrl = options.apiUrl;
    this.#repository = options.repository;
  }

  get fullName(): string {
    return `${this.#repository.owner}/${this.#repository.name}`;
  }

  /** Without a token GitHub serves REST alone. */
  get anonymous(): boolean {
    return this.transport.anonymous;
  }

  /** The `repository` of a query. Fields that failed by themselves are null or missing in it. */
  async graphql(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    call: SourceCall,
    splittable = false,
  ): Promise<Fields> {
    // Octokit resolves with undefined when an answer breaks off, so the whole body is read before it gets any.
    const readWhole = async (
      url: string,
      init: { body?: string; headers?: Record<string, string> },
    ): Promise<Response> => {
      const answer = await this.transport.send(
        {
          method: 'POST',
          url,
          headers: init.headers ?? {},
          ...(init.body === undefined ? {} : { body: init.body }),
          budget: 'graphql',
          accepts: (json) => Object.hasOwn(fieldsOf(fieldsOf(json)?.['data']) ?? {}, 'repository'),
          splittable,
        },
        call,
      );
      return new Response(new Uint8Array(answer.body), { status: answer.status, headers: answer.headers });
    };
    try {
      const data = await graphql(query, {
        ...variables,
        ...this.#repository,
        baseUrl: this.#apiUrl,
        request: { fetch: readWhole },
      });
      return this.#repositoryOf(data, []);
    } catch (error) {
      if (error instanceof GraphqlResponseError) return this.#repositoryOf(error.data, error.errors ?? []);
      call.signal.throwIfAborted();
      if (error instanceof Error && error.cause instanceof SyncError) throw error.cause;
      throw refusal(statusOf(error), this.fullName, error);
    }
  }

  /** A REST answer below the repository's address: its JSON, or null where GitHub does not have it. */
  async rest(
    path: string,
    call: SourceCall,
    accepts: (json: unknown) => boolean,
  ): Promise<{ json: unknown; headers: Headers } | null> {
    const answer = await this.#get(path, 'application/vnd.github+json', call, accepts);
    if (answer.status === 404 || answer.status === 409 || answer.status === 422) return null;
    if (answer.status !== 200)
      throw refusal(answer.status, this.fullName, textOf(fieldsOf(parseJson(answer.body))?.['message']));
    return { json: parseJson(answer.body), headers: answer.headers };
  }

  /** The bytes of a blob, unproven; null where GitHub does not have it. */
  async raw(oid: string, call: SourceCall): Promise<Buffer | null> {
    const answer = await this.#get(`/git/blobs/${oid}`, 'application/vnd.github.raw+json', call, () => true);
    if (answer.status === 404 || answer.status === 409) return null;
    if (answer.status !== 200) throw refusal(answer.status, this.fullName, null);
    return answer.body;
  }

  /** The archive of a commit as GitHub packs it, or null where it is offered at an address that is not GitHub's. */
  async tarball(commit: string, call: SourceCall): Promise<AsyncGenerator<Uint8Array> | null> {
    const answer = await this.#get(
      `/tarball/${commit}`,
      'application/vnd.github+json',
      call,
      () => true,
      true,
    );
    const location = answer.headers.get('location');
    if (location === null || !URL.canParse(location)) return null;
    const [api, target] = [new URL(this.#apiUrl), new URL(location)];
    const site = api.hostname.replace(/^api\./, '');
    const ours =
      target.origin === api.origin || (target.protocol === 'https:' && target.host === `codeload.${site}`);
    return ours ? this.transport.download(location, call) : null;
  }

  #get(
    path: string,
    accept: string,
    call: SourceCall,
    accepts: (json: unknown) => boolean,
    showRedirect = false,
  ): Promise<Answer> {
    const { owner, name } = this.#repository;
    const url = `${this.#apiUrl}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${path}`;
    return this.transport.send(
      { method: 'GET', url, headers: { accept }, budget: 'core', accepts, splittable: false, showRedirect },
      call,
    );
  }

  #repositoryOf(data: unknown, errors: unknown): Fields {
    const repository = fieldsOf(fieldsOf(data)?.['repository']);
    if (repository !== null) return repository;
    const type = textOf(rowsOf(errors)?.[0]?.['type']);
    throw refusal(type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES' ? 403 : 404, this.fullName, null);
  }
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 0;
}

/** GitHub says "not found" of what a token may not see, so the remedy names both. */
function refusal(status: number, name: string, cause: unknown): SyncError {
  if (status === 404) {
    const message = `GitHub knows no repository ${name}, or the token may not see it. Check the name, and the token's access.`;
    return new SyncError('REPOSITORY_NOT_FOUND', message, { cause });
  }
  if (status === 403) {
    return new SyncError(
      'PERMISSION_DENIED',
      `The token may not read ${name}. Give it read access to the contents.`,
      { cause },
    );
  }
  return new SyncError(
    'SOURCE_INVALID_RESPONSE',
    `GitHub refused a request about ${name} (status ${status}).`,
    { cause },
  );
}

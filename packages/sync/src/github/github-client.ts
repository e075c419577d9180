import { graphql, GraphqlResponseError } from '@octokit/graphql';
import type { SourceCall } from '../ports/source.ts';
import { SyncError } from '../sync-error.ts';
import type { Answer } from '../http-api/exchange.ts';
import { fieldsOf, parseJson, rowsOf, stringOf, type Fields } from '../http-api/json.ts';
import type { Transport } from '../http-api/transport.ts';
import type { Budget } from './github-transport.ts';
import type { GitHubName } from './parse-github-url.ts';

/** A GraphQL query about the repository. */
export interface GraphqlQuestion {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** A query of many parts that the caller can split when it fails. */
  readonly splittable?: boolean;
}

interface RestQuestion {
  readonly path: string;
  readonly accept: string;
  readonly accepts: (json: unknown) => boolean;
  readonly showRedirect?: boolean;
  /** The tag of an answer that the caller already has. */
  readonly tag?: string | null;
}

const JSON_TYPE = 'application/vnd.github+json';

/** GraphQL and REST about one repository, over one transport. */
export class GitHubClient {
  readonly transport: Transport;
  /** Without a token GitHub serves REST only. */
  readonly anonymous: boolean;
  readonly #apiUrl: string;
  readonly #repository: GitHubName;

  constructor(options: { transport: Transport; anonymous: boolean; apiUrl: string; repository: GitHubName }) {
    this.transport = options.transport;
    this.anonymous = options.anonymous;
    this.#apiUrl = options.apiUrl;
    this.#repository = options.repository;
  }

  get fullName(): string {
    return `${this.#repository.owner}/${this.#repository.name}`;
  }

  /** Returns the `repository` of a query's answer. Parts that failed are null or missing in it. */
  async graphql(question: GraphqlQuestion, call: SourceCall): Promise<Fields> {
    try {
      const data = await graphql(question.query, {
        ...question.variables,
        ...this.#repository,
        baseUrl: this.#apiUrl,
        request: { fetch: this.#readWhole(question.splittable ?? false, call) },
      });
      return this.#repositoryOf(data, []);
    } catch (error) {
      if (error instanceof GraphqlResponseError) return this.#repositoryOf(error.data, error.errors ?? []);
      call.signal.throwIfAborted();
      if (error instanceof Error && error.cause instanceof SyncError) throw error.cause;
      throw refusal(statusOf(error), this.fullName, error);
    }
  }

  /** Returns the JSON of a REST answer below the repository's address, or null if GitHub does not have it. */
  async rest(
    path: string,
    call: SourceCall,
    accepts: (json: unknown) => boolean,
  ): Promise<{ json: unknown; headers: Headers } | null> {
    return this.#json(await this.#get({ path, accept: JSON_TYPE, accepts }, call));
  }

  /** Asks as `rest` does, unless GitHub still gives the answer with this tag: then it says so, and charges nothing. */
  async restUnless(
    tag: string | null,
    { path, accepts }: Pick<RestQuestion, 'path' | 'accepts'>,
    call: SourceCall,
  ): Promise<{ json: unknown; headers: Headers } | 'unchanged' | null> {
    const answer = await this.#get({ path, accept: JSON_TYPE, accepts, tag }, call);
    return tag !== null && answer.status === 304 ? 'unchanged' : this.#json(answer);
  }

  /** Returns the bytes of a blob, not yet verified, or null if GitHub does not have it. */
  async raw(oid: string, call: SourceCall): Promise<Buffer | null> {
    const question = {
      path: `/git/blobs/${oid}`,
      accept: 'application/vnd.github.raw+json',
      accepts: () => true,
    };
    const answer = await this.#get(question, call);
    if (answer.status === 404 || answer.status === 409) return null;
    if (answer.status !== 200) throw refusal(answer.status, this.fullName, null);
    return answer.body;
  }

  /** Streams the archive of a commit, or returns null if its address is not GitHub's. */
  async tarball(commit: string, call: SourceCall): Promise<AsyncGenerator<Uint8Array> | null> {
    const answer = await this.#get(
      { path: `/tarball/${commit}`, accept: JSON_TYPE, accepts: () => true, showRedirect: true },
      call,
    );
    const location = answer.headers.get('location');
    if (location === null || URL.parse(location) === null) return null;
    const [api, target] = [new URL(this.#apiUrl), new URL(location)];
    const site = api.hostname.replace(/^api\./, '');
    const isGitHub =
      target.origin === api.origin || (target.protocol === 'https:' && target.host === `codeload.${site}`);
    return isGitHub ? this.transport.download(location, call) : null;
  }

  /** Octokit resolves with undefined when an answer breaks off, so it gets a body that was read to its end. */
  #readWhole(splittable: boolean, call: SourceCall) {
    return async (
      url: string,
      init: { body?: string; headers?: Record<string, string> },
    ): Promise<Response> => {
      const answer = await this.transport.send(
        {
          method: 'POST',
          url,
          headers: init.headers ?? {},
          ...(init.body === undefined ? {} : { body: init.body }),
          budget: 'graphql' satisfies Budget,
          accepts: (json) => Object.hasOwn(fieldsOf(fieldsOf(json)?.['data']) ?? {}, 'repository'),
          splittable,
        },
        call,
      );
      return new Response(new Uint8Array(answer.body), { status: answer.status, headers: answer.headers });
    };
  }

  #json(answer: Answer): { json: unknown; headers: Headers } | null {
    if (answer.status === 404 || answer.status === 409 || answer.status === 422) return null;
    if (answer.status !== 200)
      throw refusal(answer.status, this.fullName, stringOf(fieldsOf(parseJson(answer.body))?.['message']));
    return { json: parseJson(answer.body), headers: answer.headers };
  }

  #get(
    { path, accept, accepts, showRedirect = false, tag = null }: RestQuestion,
    call: SourceCall,
  ): Promise<Answer> {
    const { owner, name } = this.#repository;
    const url = `${this.#apiUrl}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${path}`;
    const budget: Budget = 'core';
    return this.transport.send(
      {
        method: 'GET',
        url,
        headers: { accept, ...(tag === null ? {} : { 'if-none-match': tag }) },
        budget,
        accepts,
        splittable: false,
        showRedirect,
      },
      call,
    );
  }

  #repositoryOf(data: unknown, errors: unknown): Fields {
    const repository = fieldsOf(fieldsOf(data)?.['repository']);
    if (repository !== null) return repository;
    const type = stringOf(rowsOf(errors)?.[0]?.['type']);
    throw refusal(type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES' ? 403 : 404, this.fullName, null);
  }
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 0;
}

/** GitHub answers "not found" for anything the token may not see, so the remedy names both causes. */
function refusal(status: number, name: string, cause: unknown): SyncError {
  if (status === 404) {
    const message = `GitHub has no repository ${name}, or the token may not see it. Check the name, and the token's access.`;
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

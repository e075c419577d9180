import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createPublicKey, verify } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { machineClock, type FakeClock } from './clock.ts';
import { corrupt, graphqlFault, makePartial } from './fault-answers.ts';
import { Faults, type Fault } from './faults.ts';
import { answerGraphql, queryCost, type GraphqlRequest } from './graphql-api.ts';
import { HostedRepositories, type FakeToken, type HostedRepository } from './hosted-repositories.ts';
import { documentedLimits, RateLimits, type Limits, type Resource } from './rate-limits.ts';
import { tokenHash, type LoggedRequest } from './request-log.ts';
import { answerRest, type RestAnswer } from './rest-api.ts';

/** An App whose installations may be given tokens; the key is its public half. */
export interface FakeApp {
  readonly appId: string;
  readonly publicKey: string;
  readonly installations: readonly string[];
}

/** What a fake is started with. Without `tokens` every token is good for everything. */
export interface FakeGitHubOptions {
  readonly repositories?: Readonly<Record<string, HostedRepository>>;
  readonly tokens?: Readonly<Record<string, FakeToken>>;
  readonly apps?: readonly FakeApp[];
  readonly limits?: Partial<Limits>;
  readonly clock?: FakeClock;
  readonly port?: number;
}

/** A running fake. */
export interface FakeGitHub {
  /** The REST root; `/graphql` below it. The same below `/api/v3` and `/api/graphql`, as on an Enterprise server. */
  readonly url: string;
  readonly log: LoggedRequest[];
  readonly repositories: HostedRepositories;
  fault(fault: Fault): void;
  clearFaults(): void;
  readonly waitingFaults: number;
  revoke(token: string): void;
  exhaust(token: string | null, resource: Resource): void;
  close(): Promise<void>;
}

/** Serves repositories as GitHub does, on loopback. */
export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const clock = options.clock ?? machineClock;
  const limits: Limits = { ...documentedLimits, ...options.limits };
  const budgets = new RateLimits(limits, clock);
  const faults = new Faults();
  const log: LoggedRequest[] = [];
  const repositories = new HostedRepositories();
  const revoked = new Set<string>();
  const issued = new Map<string, number>();
  for (const [name, repository] of Object.entries(options.repositories ?? {}))
    repositories.add(name, repository);

  const viewerOf = (token: string): FakeToken | null => {
    if (revoked.has(token)) return null;
    const expiry = issued.get(token);
    if (expiry !== undefined) return clock.now() < expiry ? { login: 'app[bot]', scopes: ['repo'] } : null;
    if (options.tokens === undefined) return { scopes: ['repo'] };
    return options.tokens[token] ?? null;
  };

  const issue = (request: IncomingMessage, installation: string): RestAnswer => {
    const jwt = tokenOf(request) ?? '';
    const [head = '', body = '', signature = ''] = jwt.split('.');
    const app = (options.apps ?? []).find((one) =>
      verify(
        'RSA-SHA256',
        Buffer.from(`${head}.${body}`),
        createPublicKey(one.publicKey),
        Buffer.from(signature, 'base64url'),
      ),
    );
    if (app === undefined) return { status: 401, json: { message: 'A JSON web token could not be decoded' } };
    if (!app.installations.includes(installation)) return { status: 404, json: { message: 'Not Found' } };
    const expiry = clock.now() + 3_600_000;
    const token = `ghs_${tokenHash(`${installation} ${issued.size}`)}`;
    issued.set(token, expiry);
    return { status: 201, json: { token, expires_at: new Date(expiry).toISOString() } };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const origin = `http://${request.headers.host ?? ''}`;
    const url = new URL(request.url ?? '/', origin);
    const path = url.pathname.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api\/graphql$/, '/graphql');
    const isGraphql = path === '/graphql';
    const resource: Resource = isGraphql ? 'graphql' : 'core';
    const isCodeload = path.startsWith('/codeload/');
    const token = tokenOf(request);
    const body = await readBody(request);
    const asked = isGraphql ? parseRequest(body) : null;
    const fault = faults.take({
      method: request.method ?? 'GET',
      path,
      resource,
      query: asked?.query ?? null,
    });
    const entry: LoggedRequest = {
      at: clock.now(),
      method: request.method ?? 'GET',
      path: path + url.search.replace(/token=[^&]+/, 'token=hidden'),
      resource: isCodeload ? 'codeload' : resource,
      token: tokenHash(token),
      query: asked?.query ?? null,
      insideClosedWindow: !isCodeload && budgets.isClosed(token, resource),
      fault: fault?.kind ?? null,
      status: 0,
      bytes: 0,
      cost: 0,
    };
    log.push(entry);
    const finish = (answer: RestAnswer): void => send(response, entry, answer, fault);
    const headers = (): Record<string, string> => {
      if (isCodeload) return {};
      const budget = budgets.budget(token, resource);
      return {
        'x-ratelimit-limit': String(budget.limit),
        'x-ratelimit-remaining': String(budget.remaining),
        'x-ratelimit-used': String(budget.used),
        'x-ratelimit-reset': String(budget.resetAt / 1000),
        'x-ratelimit-resource': resource,
      };
    };
    const primary = (type: string): RestAnswer => {
      const message = 'API rate limit exceeded.';
      const errors = [{ type, code: 'graphql_rate_limit', message }];
      return {
        status: isGraphql ? 200 : 403,
        headers: headers(),
        json: isGraphql ? { errors } : { message },
      };
    };

    if (fault !== null) {
      switch (fault.kind) {
        case 'run':
          await fault.run();
          repositories.close();
          break;
        case 'stall':
          return;
        case 'reset':
          request.socket.destroy();
          return;
        case 'status':
          return finish({
            status: fault.status,
            ...plain(fault.html === true ? '<html>Unicorn!</html>' : ''),
          });
        case 'html':
          return finish({ status: 200, ...plain('<!DOCTYPE html><html><title>Sign in</title></html>') });
        case 'empty-body':
          return finish({ status: 200, ...plain('') });
        case 'redirect':
          return finish({ status: 302, headers: { location: fault.to } });
        case 'primary-limit':
          budgets.exhaust(token, resource);
          return finish(primary(fault.type ?? 'RATE_LIMITED'));
        case 'secondary-limit': {
          // REST has a status for it; GraphQL alone hides it in a good answer.
          const status = isGraphql || fault.status !== 200 ? fault.status : 403;
          budgets.close(token, clock.now() + (fault.retryAfter ?? 60) * 1000, 'all');
          const after = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
          const message =
            'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
          const answer = status === 200 ? { errors: [{ type: 'RATE_LIMITED', message }] } : { message };
          return finish({ status, headers: { ...headers(), ...after }, json: answer });
        }
        default:
          break;
      }
    }
    if (path.startsWith('/app/installations/') && request.method === 'POST') {
      return finish(issue(request, path.split('/')[3] ?? ''));
    }
    const viewer = token === null ? null : viewerOf(token);
    if (!isCodeload && (token === null ? isGraphql : viewer === null)) {
      const message = token === null ? 'This endpoint requires you to be authenticated.' : 'Bad credentials';
      return finish({ status: 401, json: { message, status: '401' } });
    }
    if (isGraphql && asked !== null && viewer !== null) {
      entry.cost = costOf(asked);
      if (!budgets.spend(token, 'graphql', entry.cost)) return finish(primary('RATE_LIMITED'));
      const budget = budgets.budget(token, 'graphql');
      const faked = fault === null ? null : graphqlFault(fault);
      let answer = faked ?? (await answerGraphql(asked, { repositories, viewer, limits, budget }));
      if (fault?.kind === 'partial') answer = makePartial(answer);
      return finish({
        status: 200,
        headers: headers(),
        json: fault?.kind === 'corrupt' ? corrupt(answer) : answer,
      });
    }
    const answer = await answerRest(
      {
        method: request.method ?? 'GET',
        path,
        search: url.searchParams,
        accept: request.headers.accept ?? '',
        ifNoneMatch: request.headers['if-none-match'] ?? null,
        origin: url.pathname.startsWith('/api/v3/') ? `${origin}/api/v3` : origin,
      },
      { repositories, viewer, limits, truncate: fault?.kind === 'truncate' },
    );
    if (!isCodeload && answer.status !== 304) {
      entry.cost = 1;
      if (!budgets.spend(token, 'core', 1)) return finish(primary('RATE_LIMITED'));
    }
    const spoiled =
      fault?.kind === 'corrupt'
        ? {
            ...answer,
            json: corrupt(answer.json),
            ...(answer.bytes === undefined ? {} : { bytes: Buffer.from('corrupt') }),
          }
        : fault?.kind === 'wrong-body'
          ? { status: 200, json: { message: 'something else' } }
          : answer;
    return finish({ ...spoiled, headers: { ...headers(), ...spoiled.headers } });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(JSON.stringify({ message: error instanceof Error ? error.stack : String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    repositories,
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    get waitingFaults() {
      return faults.waiting;
    },
    revoke: (token) => void revoked.add(token),
    exhaust: (token, resource) => budgets.exhaust(token, resource),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      repositories.close();
    },
  };
}

function tokenOf(request: IncomingMessage): string | null {
  return /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parseRequest(body: string): GraphqlRequest {
  const { query, variables } = JSON.parse(body) as Partial<GraphqlRequest>;
  return { query: query ?? '', variables: variables ?? {} };
}

/** A query that does not parse costs what the smallest one does. */
function costOf(asked: GraphqlRequest): number {
  try {
    return queryCost(asked.query, asked.variables);
  } catch {
    return 1;
  }
}

function plain(text: string): Pick<RestAnswer, 'bytes' | 'headers'> {
  return { bytes: Buffer.from(text), headers: { 'content-type': 'text/html; charset=utf-8' } };
}

function send(response: ServerResponse, entry: LoggedRequest, answer: RestAnswer, fault: Fault | null): void {
  entry.status = answer.status;
  const type = answer.json === undefined ? 'application/octet-stream' : 'application/json; charset=utf-8';
  response.writeHead(answer.status, { 'content-type': type, ...answer.headers });
  if (answer.stream !== undefined) {
    answer.stream.on('data', (chunk: Buffer) => {
      entry.bytes += chunk.length;
      if (fault?.kind === 'cut-body') return void response.destroy();
      response.write(fault?.kind === 'corrupt' ? Buffer.from(chunk).fill(7, 20) : chunk);
    });
    answer.stream.on('end', () => response.end());
    return;
  }
  const body = answer.bytes ?? Buffer.from(answer.json === undefined ? '' : JSON.stringify(answer.json));
  entry.bytes = body.length;
  if (fault?.kind !== 'cut-body') return void response.end(body);
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

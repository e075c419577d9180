import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccessTokens, type FakeApp } from './access-tokens.ts';
import { answerFault } from './answer-fault.ts';
import { answerRequest } from './answer-request.ts';
import { machineClock, type FakeClock } from './clock.ts';
import { Faults, type Fault } from './faults.ts';
import { readRequest, type FakeRequest } from './fake-request.ts';
import { HostedRepositories, type FakeToken, type HostedRepository } from './hosted-repositories.ts';
import { documentedLimits, RateLimits, type Limits, type Resource } from './rate-limits.ts';
import { tokenHash, type LoggedRequest } from './request-log.ts';
import { sendAnswer } from './send-answer.ts';

/** The settings of a fake. Without `tokens`, every token may do everything. */
export interface FakeGitHubOptions {
  readonly repositories?: Readonly<Record<string, HostedRepository>>;
  readonly tokens?: Readonly<Record<string, FakeToken>>;
  readonly apps?: readonly FakeApp[];
  readonly manifestCodes?: readonly string[];
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

/** Serves repositories the way GitHub does, on loopback. */
export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const fake = new FakeServer(options);
  const server = createServer((message, response) => {
    fake.serve(message, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(JSON.stringify({ message: error instanceof Error ? error.stack : String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { log, repositories, faults, access, budgets } = fake;
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    repositories,
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    get waitingFaults() {
      return faults.waiting;
    },
    revoke: (token) => access.revoke(token),
    exhaust: (token, resource) => budgets.exhaust(token, resource),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      repositories.close();
    },
  };
}

/** The state of a fake, and the path of one request through it: log, fault, answer. */
class FakeServer {
  readonly log: LoggedRequest[] = [];
  readonly faults = new Faults();
  readonly repositories = new HostedRepositories();
  readonly clock: FakeClock;
  readonly limits: Limits;
  readonly access: AccessTokens;
  readonly budgets: RateLimits;

  constructor(options: FakeGitHubOptions) {
    this.clock = options.clock ?? machineClock;
    this.limits = { ...documentedLimits, ...options.limits };
    this.access = new AccessTokens({ ...options, clock: this.clock });
    this.budgets = new RateLimits(this.limits, this.clock);
    for (const [name, repository] of Object.entries(options.repositories ?? {}))
      this.repositories.add(name, repository);
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    const { method, path, resource } = request;
    const fault = this.faults.take({ method, path, resource, query: request.graphql?.query ?? null });
    const entry = this.#logged(request, fault);
    const outcome = fault === null ? null : await answerFault(fault, request, this);
    switch (outcome?.kind) {
      case 'stall':
        return;
      case 'reset':
        message.socket.destroy();
        return;
      case 'answer':
        return sendAnswer(response, outcome.answer, { entry, fault });
      case 'proceed':
      case undefined: {
        const { answer, cost } = await answerRequest(request, fault, this);
        entry.cost = cost;
        return sendAnswer(response, answer, { entry, fault });
      }
    }
  }

  #logged(request: FakeRequest, fault: Fault | null): LoggedRequest {
    const { method, path, search, token, resource, isCodeload, graphql } = request;
    const query = search.size === 0 ? '' : `?${search}`;
    const entry: LoggedRequest = {
      at: this.clock.now(),
      method,
      path: path + query.replace(/token=[^&]+/, 'token=hidden'),
      resource: isCodeload ? 'codeload' : resource,
      token: tokenHash(token),
      query: graphql?.query ?? null,
      insideClosedWindow: !isCodeload && this.budgets.isClosed(token, resource),
      fault: fault?.kind ?? null,
      status: 0,
      bytes: 0,
      cost: 0,
    };
    this.log.push(entry);
    return entry;
  }
}

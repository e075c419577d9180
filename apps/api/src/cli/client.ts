import { endedStatuses } from '@project-sync/sync';
import { z } from 'zod';

const failure = { code: z.string().exactOptional(), message: z.string().exactOptional() };
const node = z.object({ id: z.string() });
const problem = z.object({
  message: z.string(),
  extensions: z.object({ code: z.string().optional() }).optional(),
});
const counts = z.object({
  filesTotal: z.number(),
  filesAdded: z.number(),
  filesModified: z.number(),
  filesRemoved: z.number(),
});
const event = z.object({
  sequence: z.number(),
  status: z.string(),
  phase: z.string(),
  progress: z.number(),
  message: z.string(),
  stats: counts,
});
const told = z.object({
  data: z.object({ syncProgress: event }).nullish(),
  errors: z.array(problem).optional(),
});

/** One event of a sync, as the command line shows it. */
export type ProgressEvent = z.infer<typeof event>;
/** What the command line asks of a server. */
export type Client = ReturnType<typeof openClient>;

/** What the server refused, with the code that programs branch on. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** The server was there when the command began, and does not answer any more. */
export class Unreachable extends Error {
  readonly code = 'SERVER_UNREACHABLE';
  constructor(cause: unknown) {
    super(
      'The server does not answer any more. What it was asked to do goes on when it runs again; look with: project-sync status',
      { cause },
    );
    this.name = 'Unreachable';
  }
}

const ended: ReadonlySet<string> = new Set(endedStatuses);

/** Speaks to a server over its public API, with the key that its first start wrote. */
export function openClient(url: string, key: string) {
  async function post(query: string, variables: object, accept: string): Promise<Response> {
    try {
      return await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, accept },
        body: JSON.stringify({ query, variables }),
      });
    } catch (cause) {
      throw new Unreachable(cause);
    }
  }

  async function ask<T extends z.ZodType>(
    shape: T,
    query: string,
    variables: object = {},
  ): Promise<z.infer<T>> {
    const answer = z
      .object({ data: z.unknown(), errors: z.array(problem).optional() })
      .parse(await (await post(query, variables, 'application/json')).json());
    const [first] = answer.errors ?? [];
    if (first !== undefined) throw new Refusal(first.extensions?.code ?? 'INTERNAL', first.message);
    return shape.parse(answer.data);
  }
  const orThrow = <T>(found: T | undefined, result: { code?: string; message?: string }): T => {
    if (found === undefined)
      throw new Refusal(result.code ?? 'INTERNAL', result.message ?? 'The server refused.');
    return found;
  };

  return {
    ask,
    orThrow,
    ready: async () => (await fetch(`${url}/readyz`)).ok,
    /** The project of this slug, made where there is none. */
    async project(slug: string): Promise<string> {
      const { project } = await ask(
        z.object({ project: node.nullable() }),
        'query ($slug: String!) { project(slug: $slug) { id } }',
        { slug },
      );
      if (project !== null) return project.id;
      const { made } = await ask(
        z.object({ made: z.object({ ...failure, project: node.optional() }) }),
        'mutation ($slug: String!) { made: createProject(input: { name: $slug, slug: $slug }) { ... on CreateProjectSuccess { project { id } } ... on Error { code message } } }',
        { slug },
      );
      return orThrow(made.project, made).id;
    },
    async connect(input: object): Promise<string> {
      const { made } = await ask(
        z.object({ made: z.object({ ...failure, repository: node.optional() }) }),
        'mutation ($input: ConnectRepositoryInput!) { made: connectRepository(input: $input) { ... on ConnectRepositorySuccess { repository { id } } ... on Error { code message } } }',
        { input },
      );
      return orThrow(made.repository, made).id;
    },
    async start(input: object): Promise<string> {
      const { made } = await ask(
        z.object({ made: z.object({ ...failure, sync: node.optional() }) }),
        'mutation ($input: StartSyncInput!) { made: startSync(input: $input) { ... on StartSyncSuccess { sync { id } } ... on Error { code message } } }',
        { input },
      );
      return orThrow(made.sync, made).id;
    },
    /** Tells each event of a sync and gives the last. A stream that breaks off is taken up behind the last one told. */
    async follow(syncId: string, tell: (told: ProgressEvent) => void): Promise<ProgressEvent> {
      let last: ProgressEvent | null = null;
      for (;;) {
        const after: number = last?.sequence ?? 0;
        const response = await post(
          'subscription ($syncId: ID!, $after: Int) { syncProgress(syncId: $syncId, after: $after) { sequence status phase progress message stats { filesTotal filesAdded filesModified filesRemoved } } }',
          { syncId, after },
          'text/event-stream',
        );
        for await (const next of eventsOf(response)) {
          last = next;
          tell(next);
        }
        if (last !== null && ended.has(last.status)) return last;
        if (last === null || last.sequence === after)
          throw new Unreachable(new Error('The stream ended before the sync did.'));
      }
    },
  };
}

/** The events of a stream until it ends or breaks off; what was refused instead is thrown. */
async function* eventsOf(response: Response): AsyncGenerator<ProgressEvent> {
  let rest = '';
  const chunks = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream());
  const reader = chunks.getReader();
  try {
    for (;;) {
      // Only what breaks while it is read is a stream that broke off.
      const chunk = await reader.read().catch(() => null);
      if (chunk === null || chunk.done) return;
      const lines = (rest + chunk.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('data: {')) continue;
        const { data, errors } = told.parse(JSON.parse(line.slice('data: '.length)));
        const [first] = errors ?? [];
        if (first !== undefined) throw new Refusal(first.extensions?.code ?? 'INTERNAL', first.message);
        if (data) yield data.syncProgress;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

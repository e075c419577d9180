import { z } from 'zod';

const failure = { code: z.string().optional(), message: z.string().optional() };
const node = z.object({ id: z.string() });
const counts = z.object({
  filesTotal: z.number(),
  filesAdded: z.number(),
  filesModified: z.number(),
  filesRemoved: z.number(),
});
const event = z.object({
  status: z.string(),
  phase: z.string(),
  progress: z.number(),
  message: z.string(),
  stats: counts,
});

/** One event of a sync, as the command line shows it. */
export type ProgressEvent = z.infer<typeof event>;
/** What the command line asks of a server. */
export type Client = ReturnType<typeof openClient>;

/** Speaks to a running server over its public API, with the key that its first start wrote. */
export function openClient(url: string, key: string) {
  const post = (query: string, variables: object, accept: string) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, accept },
      body: JSON.stringify({ query, variables }),
    });

  async function ask<T extends z.ZodType>(
    shape: T,
    query: string,
    variables: object = {},
  ): Promise<z.infer<T>> {
    const answer = z
      .object({ data: z.unknown(), errors: z.array(z.object({ message: z.string() })).optional() })
      .parse(await (await post(query, variables, 'application/json')).json());
    if (answer.errors !== undefined) throw new Error(answer.errors.map(({ message }) => message).join('\n'));
    return shape.parse(answer.data);
  }
  const orThrow = <T>(found: T | undefined, result: { message?: string | undefined }): T => {
    if (found === undefined) throw new Error(result.message ?? 'The server refused.');
    return found;
  };

  return {
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
    /** Tells each event of a sync and gives the last. */
    async follow(syncId: string, tell: (told: ProgressEvent) => void): Promise<ProgressEvent> {
      const response = await post(
        'subscription ($syncId: ID!) { syncProgress(syncId: $syncId) { status phase progress message stats { filesTotal filesAdded filesModified filesRemoved } } }',
        { syncId },
        'text/event-stream',
      );
      let rest = '';
      let last: ProgressEvent | null = null;
      for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(
        new TextDecoderStream(),
      )) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (!line.startsWith('data: {')) continue;
          last = z.object({ data: z.object({ syncProgress: event }) }).parse(JSON.parse(line.slice(6)))
            .data.syncProgress;
          tell(last);
        }
      }
      if (last === null) throw new Error('The server told nothing of this sync.');
      return last;
    },
    /** What is found in one project, or in all. */
    async search(slug: string | null, query: string) {
      const hit = z.object({
        snippet: z.string(),
        entry: z.object({ path: z.string().nullable(), startLine: z.number().nullable() }),
      });
      const { projects } = await ask(
        z.object({
          projects: z.object({
            nodes: z.array(z.object({ slug: z.string(), search: z.object({ nodes: z.array(hit) }) })),
          }),
        }),
        'query ($query: String!, $slug: String) { projects(query: $slug, first: 10) { nodes { slug search(query: $query) { nodes { snippet entry { path startLine } } } } } }',
        { query, slug },
      );
      return projects.nodes
        .filter((project) => slug === null || project.slug === slug)
        .flatMap((project) =>
          project.search.nodes.map(({ snippet, entry }) => ({
            project: project.slug,
            path: entry.path,
            line: entry.startLine,
            snippet,
          })),
        );
    },
    /** The newest syncs of each project. */
    async status() {
      const row = z.object({
        branch: z.string(),
        status: z.string(),
        commitOid: z.string().nullable(),
        repository: z.object({ name: z.string() }),
      });
      const { projects } = await ask(
        z.object({
          projects: z.object({
            nodes: z.array(z.object({ slug: z.string(), syncs: z.object({ nodes: z.array(row) }) })),
          }),
        }),
        '{ projects(first: 20) { nodes { slug syncs(first: 5) { nodes { branch status commitOid repository { name } } } } } }',
      );
      return projects.nodes.flatMap(({ slug, syncs }) =>
        syncs.nodes.map(({ repository, ...sync }) => ({
          project: slug,
          repository: repository.name,
          ...sync,
        })),
      );
    },
  };
}

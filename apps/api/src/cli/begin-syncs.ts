import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Client } from './client.ts';
import { Refusal } from './refusal.ts';
import { startAll } from './start-all.ts';
import { targetOf, type Target } from './target.ts';

/** The place of a sync, as the command line names it. */
export interface SyncPlace {
  readonly repository: string;
  /** Null for the default branch. */
  readonly branch: string | null;
}

/** A sync that was asked for: the one that runs, or why there is none. */
export interface BegunSync {
  readonly place: SyncPlace;
  readonly sync: { readonly id: string } | Refusal;
}

/** Where repositories are connected to, and the branch of each that is synced. */
interface Wanted {
  readonly project?: string | undefined;
  readonly branch?: string | undefined;
}

/** Starts the sync of each repository that is named, and connects those that are not yet. */
export async function beginSyncs(
  client: Client,
  words: readonly string[],
  wanted: Wanted,
): Promise<BegunSync[]> {
  const begun: BegunSync[] = [];
  for (const word of words) {
    const place = { repository: word, branch: wanted.branch ?? null };
    begun.push({ place, sync: await begin(client, word, wanted).catch(refusalOrThrow) });
  }
  return begun;
}

function refusalOrThrow(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

async function begin(
  client: Client,
  word: string,
  wanted: Wanted,
): Promise<{ readonly id: string } | Refusal> {
  const { project: given, branch = null } = wanted;
  const target = targetOf(word);
  await checkFolder(word);
  const projects = await listProjects(client);
  const found =
    given === undefined ? holderOf(projects, target) : projects.find(({ slug }) => slug === given);
  const connected = found?.repositories.nodes.find(({ url }) => isSame(url, target.url));
  if (found !== undefined && connected !== undefined) {
    const [started] = await startAll(client, found.id, [{ repositoryId: connected.id, branch }]);
    return started ?? new Refusal('INTERNAL', 'The server gave no answer.');
  }
  const source = { provider: target.provider, url: target.url, sync: { branch } };
  const slug = given ?? freeSlug(projects, target.slug);
  const existing = found ?? projects.find((project) => project.slug === slug);
  return existing === undefined
    ? create(client, slug, source)
    : connect(client, { projectId: existing.id, ...source });
}

/** A word that can only be a folder, and is none, is refused before anything is created for it. */
async function checkFolder(word: string): Promise<void> {
  if (!/^(\.{0,2}\/|\.{1,2}$|~)/.test(word)) return;
  const found = await stat(word).catch(() => null);
  if (found?.isDirectory() !== true)
    throw new Refusal('REPOSITORY_NOT_FOUND', `There is no folder ${word}. Check the path.`);
}

const node = z.object({ id: z.string() });
const failure = { code: z.string().exactOptional(), message: z.string().exactOptional() };
const project = z.object({
  id: z.string(),
  slug: z.string(),
  repositories: z.object({ nodes: z.array(z.object({ id: z.string(), url: z.string() })) }),
});
type Project = z.infer<typeof project>;

async function listProjects(client: Client): Promise<readonly Project[]> {
  const { projects } = await client.ask(
    z.object({ projects: z.object({ nodes: z.array(project) }) }),
    '{ projects(first: 100) { nodes { id slug repositories(first: 50) { nodes { id url } } } } }',
  );
  return projects.nodes;
}

function holderOf(projects: readonly Project[], target: Target): Project | undefined {
  return projects.find(({ repositories }) => repositories.nodes.some(({ url }) => isSame(url, target.url)));
}

/** The first name that no project with repositories has, since two folders of one name are two things. */
function freeSlug(projects: readonly Project[], wanted: string): string {
  const taken = new Map(projects.map((one) => [one.slug, one.repositories.nodes.length]));
  let slug = wanted;
  for (let number = 2; (taken.get(slug) ?? 0) > 0; number += 1) slug = `${wanted}-${number}`;
  return slug;
}

function isSame(a: string, b: string): boolean {
  const plain = (url: string) =>
    url
      .replace(/^file:\/\//, '')
      .replace(/\.git$|\/$/g, '')
      .toLowerCase();
  const expanded = /^[\w.-]+\/[\w.-]+$/.test(b) ? `https://github.com/${b}` : b;
  return plain(a) === plain(b) || plain(a) === plain(expanded);
}

const begunShape = z.object({ begun: z.object({ ...failure, sync: node.nullable().exactOptional() }) });

/** Creates the project, connects its repository and starts the first sync in one step, which leaves nothing where it fails. */
async function create(client: Client, slug: string, repository: object): Promise<{ readonly id: string }> {
  const { begun } = await client.ask(
    begunShape,
    'mutation ($input: CreateProjectInput!) { begun: createProject(input: $input) { ... on CreateProjectSuccess { sync { id } } ... on Error { code message } } }',
    { input: { name: slug, slug, repository } },
  );
  return client.orThrow(begun.sync ?? undefined, begun);
}

/** The same in a project that is there already. */
async function connect(client: Client, input: object): Promise<{ readonly id: string }> {
  const { begun } = await client.ask(
    begunShape,
    'mutation ($input: ConnectRepositoryInput!) { begun: connectRepository(input: $input) { ... on ConnectRepositorySuccess { sync { id } } ... on Error { code message } } }',
    { input },
  );
  return client.orThrow(begun.sync ?? undefined, begun);
}

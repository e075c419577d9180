import type { ObjectId } from '../objects/git-object.ts';
import type { HeadsAnswer, SourceCall, TaggedHeads } from '../ports/source.ts';
import { fieldsOf, oidOf, rowsOf, stringOf } from '../http-api/json.ts';
import type { GitHubClient } from './github-client.ts';

/** Up to this number of branches, each is asked for by its name; more are picked from the list of all. */
const MOST_BY_NAME = 5;
const PAGE = 100;

type Seen = ReadonlyMap<string, TaggedHeads>;

/**
 * Fetches the commits of branches over REST, where GitHub knows an answer again by its tag: an answer that has not changed
 * costs nothing of the rate limit, which no GraphQL query does.
 */
export async function fetchHeads(
  client: GitHubClient,
  { branches, seen }: { readonly branches: readonly string[]; readonly seen: Seen },
  call: SourceCall,
): Promise<HeadsAnswer> {
  const answers = new Map<string, TaggedHeads>();
  const heads = new Map<string, ObjectId>();
  const wanted = new Set(branches);
  for (const path of pathsFor(branches)) {
    const answer = await ask(client, { path, seen: seen.get(path) ?? null }, call);
    if (answer === null) continue;
    if (answer.tag !== '') answers.set(path, answer);
    for (const [name, oid] of answer.heads) if (wanted.delete(name)) heads.set(name, oid);
    if (wanted.size === 0 || (isPage(path) && !answer.continues)) break;
  }
  return { heads, seen: answers };
}

function* pathsFor(branches: readonly string[]): Generator<string> {
  if (branches.length <= MOST_BY_NAME)
    for (const name of branches) yield `/branches/${encodeURIComponent(name)}`;
  else for (let page = 1; ; page += 1) yield `/branches?per_page=${PAGE}&page=${page}`;
}

const isPage = (path: string): boolean => path.startsWith('/branches?');

async function ask(
  client: GitHubClient,
  { path, seen }: { readonly path: string; readonly seen: TaggedHeads | null },
  call: SourceCall,
): Promise<TaggedHeads | null> {
  const accepts = (json: unknown): boolean => rowsIn(json) !== null;
  const answer = await client.restUnless(seen?.tag ?? null, { path, accepts }, call);
  if (answer === 'unchanged') return seen;
  if (answer === null) return isPage(path) ? { tag: '', heads: new Map(), continues: false } : null;
  const heads = (rowsIn(answer.json) ?? []).flatMap((row): [string, ObjectId][] => {
    const name = stringOf(row['name']);
    const oid = oidOf(fieldsOf(row['commit'])?.['sha']);
    return name === null || oid === null ? [] : [[name, oid]];
  });
  return {
    tag: answer.headers.get('etag') ?? '',
    // A renamed branch is answered under its new name, which was not asked for: it is missing under the old one.
    heads: new Map(heads),
    continues: /rel="next"/.test(answer.headers.get('link') ?? ''),
  };
}

/** The rows of a page of branches, or the one branch that was asked for by name. */
function rowsIn(json: unknown) {
  if (Array.isArray(json)) return rowsOf(json);
  const branch = fieldsOf(json);
  return stringOf(branch?.['name']) === null || branch === null ? null : [branch];
}

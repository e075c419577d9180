import { failureOf } from '../graphql/failure.ts';
import { uncachedClient } from '../graphql/uncached-client.ts';
import { FuzzyFinder } from '../text/fuzzy.ts';
import type { FromFinder, ToFinder } from './finder-messages.ts';
import { PathsQuery } from './queries.ts';

// A thread of its own, which reads the paths itself: neither five megabytes of answer nor a search through them ever
// stands between a key and its letter.
const shown = 40;
let finder: FuzzyFinder | null = null;
let wanted = '';
let due: ReturnType<typeof setTimeout> | undefined;

addEventListener('message', ({ data }: MessageEvent<ToFinder>) => {
  if (data.kind === 'read') return void read(data.sync);
  wanted = data.query;
  // Behind the keys that are already here: whoever types faster than it searches gets the answer to the last one.
  due ??= setTimeout(answer, 0);
});

async function read(sync: string): Promise<void> {
  const { data, error } = await uncachedClient().query(PathsQuery, { sync }).toPromise();
  if (error !== undefined) return tell({ kind: 'failed', failure: failureOf(error) });
  finder = new FuzzyFinder(data?.node?.__typename === 'ProjectSync' ? (data.node.snapshot?.paths ?? []) : []);
  answer();
}

function answer(): void {
  due = undefined;
  if (finder !== null) tell({ kind: 'found', query: wanted, matches: finder.find(wanted, shown) });
}

function tell(message: FromFinder): void {
  postMessage(message);
}

import { failureOf } from '../graphql/failure.ts';
import { uncachedClient } from '../graphql/uncached-client.ts';
import { FuzzyFinder } from '../text/fuzzy.ts';
import type { FromFinder, ToFinder } from './finder-messages.ts';
import { PathsQuery } from './finder.graphql.ts';

// A worker that reads the paths itself: neither an answer of five megabytes nor a search through it delays a keystroke.
const SHOWN = 40;
let finder: FuzzyFinder | null = null;
let wanted = '';
let due: ReturnType<typeof setTimeout> | undefined;

addEventListener('message', ({ data }: MessageEvent<ToFinder>) => {
  if (data.kind === 'read') return void read(data.sync);
  wanted = data.query;
  // After the keystrokes that are already queued, so that fast typing gets the answer to its last letter.
  due ??= setTimeout(answer, 0);
});

async function read(sync: string): Promise<void> {
  const { data, error } = await uncachedClient().query(PathsQuery, { sync }).toPromise();
  if (error !== undefined) return send({ kind: 'failed', failure: failureOf(error) });
  finder = new FuzzyFinder(data?.node?.__typename === 'ProjectSync' ? (data.node.snapshot?.paths ?? []) : []);
  answer();
}

function answer(): void {
  due = undefined;
  if (finder !== null) send({ kind: 'found', query: wanted, matches: finder.find(wanted, SHOWN) });
}

function send(message: FromFinder): void {
  postMessage(message);
}

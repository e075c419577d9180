import type { Failure } from '../graphql/failure.ts';
import type { Match } from '../text/fuzzy.ts';
import type { FromFinder, ToFinder } from './finder-messages.ts';

/** The paths of one snapshot, searched in a worker. */
export class PathFinder {
  /** The best matches for the last query that was answered; null until the paths are read. */
  found = $state.raw<{ query: string; matches: readonly Match[] } | null>(null);
  failure = $state.raw<Failure | null>(null);
  #worker: Worker;
  #sync: string;

  constructor(sync: string) {
    this.#sync = sync;
    this.#worker = new Worker(new URL('./finder.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromFinder>) => {
      if (data.kind === 'failed') this.failure = data.failure;
      else this.found = data;
    });
    this.#worker.addEventListener('error', () => (this.failure = { code: 'UNREACHABLE', message: '' }));
    this.read();
  }

  /** Reads the paths. Call it again after a failure. */
  read(): void {
    this.failure = null;
    this.#send({ kind: 'read', sync: this.#sync });
  }

  /** Searches for a text; the answer arrives in `found`. */
  ask(query: string): void {
    this.#send({ kind: 'ask', query });
  }

  close(): void {
    this.#worker.terminate();
  }

  #send(message: ToFinder): void {
    this.#worker.postMessage(message);
  }
}

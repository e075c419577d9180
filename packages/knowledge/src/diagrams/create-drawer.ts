import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A diagram as SVG, or why there is none. */
export type Drawing =
  | { readonly kind: 'drawn'; readonly svg: string }
  | { readonly kind: 'refused'; readonly reason: 'UNREADABLE' | 'TOO_LARGE' | 'TOO_SLOW' | 'BUSY' };

/** Draws diagrams in a thread of its own, one after the other. */
export interface Drawer {
  draw(text: string): Promise<Drawing>;
  close(): Promise<void>;
}

/** The limits of a drawer. */
interface DrawerOptions {
  /** The time that one diagram may take. */
  readonly drawMs?: number;
  readonly memoryMb?: number;
  readonly longest?: number;
  /** Diagrams that may wait for their turn. */
  readonly mostWaiting?: number;
}

/** The time a thread may take to load its code, on a machine that is busy. */
const LOAD_MS = 30_000;

const refused = (reason: (Drawing & { kind: 'refused' })['reason']): Drawing => ({ kind: 'refused', reason });

/** Creates a drawer. Its thread starts with the first diagram. */
export function createDrawer(options: DrawerOptions = {}): Drawer {
  return new DrawingThread(options);
}

class DrawingThread implements Drawer {
  readonly #drawMs: number;
  readonly #memoryMb: number;
  readonly #longest: number;
  readonly #mostWaiting: number;
  #worker: Promise<Worker> | null = null;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ drawMs = 3000, memoryMb = 256, longest = 20_000, mostWaiting = 32 }: DrawerOptions) {
    this.#drawMs = drawMs;
    this.#memoryMb = memoryMb;
    this.#longest = longest;
    this.#mostWaiting = mostWaiting;
  }

  async draw(text: string): Promise<Drawing> {
    if (text.length > this.#longest) return refused('TOO_LARGE');
    if (this.#waiting >= this.#mostWaiting) return refused('BUSY');
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#drawNow(text));
    this.#last = turn;
    const drawing = await turn;
    this.#waiting -= 1;
    return drawing;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#stop();
  }

  async #drawNow(text: string): Promise<Drawing> {
    try {
      const worker = await (this.#worker ??= this.#start());
      const answer = once(worker, 'message', { signal: AbortSignal.timeout(this.#drawMs) });
      worker.postMessage(text);
      const [drawing] = (await answer) as [Drawing];
      return drawing;
    } catch {
      // Too slow, or out of memory: the next diagram gets a new thread.
      await this.#stop();
      return refused('TOO_SLOW');
    }
  }

  async #start(): Promise<Worker> {
    const worker = new Worker(new URL('./diagram-worker.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMb },
    });
    worker.unref();
    await once(worker, 'message', { signal: AbortSignal.timeout(LOAD_MS) });
    return worker;
  }

  async #stop(): Promise<void> {
    const worker = await this.#worker?.catch(() => null);
    this.#worker = null;
    await worker?.terminate();
  }
}

import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { SplitThread, type SplitJob, type SplitWorker } from './split-thread.ts';

const nothing = { entries: [], facts: null };

class FakeWorker extends EventEmitter {
  readonly received: unknown[] = [];
  isTerminated = false;
  postMessage(message: unknown): void {
    this.received.push(message);
  }
  ref(): void {}
  unref(): void {}
  terminate(): Promise<number> {
    this.isTerminated = true;
    return Promise.resolve(0);
  }
}

function world() {
  const workers: FakeWorker[] = [];
  const onFree = vi.fn<() => void>();
  const onLost = vi.fn<(job: SplitJob | null) => void>();
  const startWorker = (): SplitWorker => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker as unknown as SplitWorker;
  };
  return { workers, onFree, onLost, thread: new SplitThread({ startWorker, onFree, onLost }) };
}
const jobOf = (text: string) => {
  const job = {
    input: { text, dialect: 'lines' },
    group: '',
    resolve: vi.fn<SplitJob['resolve']>(),
    reject: vi.fn<SplitJob['reject']>(),
  };
  return job satisfies SplitJob;
};

test('a thread answers its job and keeps its worker for the next one', () => {
  const { thread, workers, onFree } = world();
  for (const text of ['a', 'b']) {
    const job = jobOf(text);
    thread.run(job, 1000);
    expect(thread.isFree).toBe(false);
    workers[0]?.emit('message', { result: nothing });
    expect(job.resolve).toHaveBeenCalledWith(nothing);
  }
  expect([workers.length, onFree.mock.calls.length, thread.isFree]).toEqual([1, 2, true]);
});

test('a worn worker is ended after its answer, and the next job gets a new one', () => {
  const { thread, workers } = world();
  thread.run(jobOf('a'), 1000);
  workers[0]?.emit('message', { result: nothing, isWorn: true });
  thread.run(jobOf('b'), 1000);
  expect([workers[0]?.isTerminated, workers[1]?.received.length]).toEqual([true, 1]);
});

test('a worker that dies reports its job once, although it emits two events', () => {
  const { thread, workers, onLost } = world();
  const job = jobOf('a');
  thread.run(job, 1000);
  workers[0]?.emit('error', new Error('out of memory'));
  workers[0]?.emit('exit', 1);
  expect(onLost.mock.calls).toEqual([[job]]);
});

test('a job that takes too long is reported, and the answer that comes later is ignored', async () => {
  const { thread, workers, onLost } = world();
  const job = jobOf('a');
  thread.run(job, 5);
  await vi.waitFor(() => expect(onLost).toHaveBeenCalledWith(job));
  workers[0]?.emit('message', { result: nothing });
  expect([job.resolve.mock.calls.length, workers[0]?.isTerminated]).toEqual([0, true]);
});

test('stopping a thread returns its job and ends its worker', async () => {
  const { thread, workers } = world();
  const job = jobOf('a');
  thread.run(job, 1000);
  expect(await thread.stop()).toBe(job);
  expect([workers[0]?.isTerminated, thread.isFree]).toEqual([true, true]);
});

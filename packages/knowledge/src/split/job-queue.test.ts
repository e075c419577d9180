import { expect, test } from 'vitest';
import { JobQueue } from './job-queue.ts';

test('jobs are taken in the order in which they came, and a job that is put back comes first', async () => {
  const queue = new JobQueue<string, string>();
  const results = [queue.add('a'), queue.add('b')];
  const first = queue.take();
  if (first !== undefined) queue.putFirst(first);
  const taken: string[] = [];
  for (let job = queue.take(); job !== undefined; job = queue.take()) {
    taken.push(job.input);
    job.resolve(job.input.toUpperCase());
  }
  expect(taken).toEqual(['a', 'b']);
  expect(await Promise.all(results)).toEqual(['A', 'B']);
});

test('groups take turns, so that one with many jobs delays no other', () => {
  const queue = new JobQueue<string, string>();
  for (const job of ['a1', 'a2', 'a3']) void queue.add(job, undefined, 'a');
  void queue.add('b1', undefined, 'b');
  expect([queue.take(), queue.take(), queue.take()].map((job) => job?.input)).toEqual(['a1', 'b1', 'a2']);
  expect(queue.take((group) => group !== 'a')).toBeUndefined();
  expect(queue.take()?.input).toBe('a3');
});

test('an aborted job leaves the queue and rejects with the reason', async () => {
  const queue = new JobQueue<string, string>();
  const controller = new AbortController();
  const aborted = queue.add('a', controller.signal);
  const other = queue.add('b');
  controller.abort(new Error('no longer needed'));
  await expect(aborted).rejects.toThrow('no longer needed');
  const job = queue.take();
  expect([job?.input, queue.take()]).toEqual(['b', undefined]);
  job?.resolve('done');
  expect(await other).toBe('done');
});

test('an abort while a job runs rejects its promise, and the late result changes nothing', async () => {
  const queue = new JobQueue<string, string>();
  const controller = new AbortController();
  const result = queue.add('a', controller.signal);
  const job = queue.take();
  controller.abort(new Error('too slow'));
  job?.resolve('late');
  await expect(result).rejects.toThrow('too slow');
});

test('rejecting all jobs empties the queue', async () => {
  const queue = new JobQueue<string, string>();
  const results = Promise.allSettled([queue.add('a'), queue.add('b')]);
  queue.rejectAll(new Error('closed'));
  expect(queue.take()).toBeUndefined();
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

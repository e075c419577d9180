import { Worker } from 'node:worker_threads';
import { orderOfEpoch } from './batches.ts';
import type { EncodedPairs } from './encode-pairs.ts';
import { BatchFiller } from './fill-batch.ts';
import { Random } from './random.ts';
import { SharedState, type Shape } from './shared-state.ts';
import { TrainingStep } from './training-step.ts';

export interface TrainingOptions {
  readonly dimension: number;
  readonly batch: number;
  /** Pairs of one package that follow each other. */
  readonly run: number;
  readonly epochs: number;
  readonly rate: number;
  readonly temperature: number;
  /** Share of the words of a text that a step does not see. */
  readonly dropped: number;
  readonly seed: number;
  readonly threads: number;
  readonly report: (line: string) => void;
}

/** Where Adagrad's sums of squares begin: not at zero, by which nothing can be divided. */
const FIRST_SUM = 1e-8;
const WARM_UP = 50;
/** The rate falls in a straight line to this share of itself. */
const LAST_RATE = 0.05;
const REPORT_EVERY = 100;

/** Random rows, the longer the rarer their word: a start from which a mean of rows is already a fair likeness. */
function startTable(state: SharedState, pairs: EncodedPairs, random: Random): void {
  const { rows, dimension } = state.shape;
  for (let row = 0; row < rows; row += 1) {
    const rarity = Math.log((2 * pairs.count) / ((pairs.frequencies[row] ?? 0) + 1));
    const scale = Math.max(rarity, 0.1) / Math.sqrt(dimension);
    for (let at = row * dimension; at < (row + 1) * dimension; at += 1)
      state.table[at] = scale * random.normal();
  }
  state.sums.fill(FIRST_SUM);
}

function rateOf(step: number, steps: number, rate: number): number {
  const warm = step < WARM_UP ? (step + 1) / WARM_UP : 1;
  return rate * warm * (1 - ((1 - LAST_RATE) * step) / steps);
}

/** The loss of the last step, from the sums that its threads left. */
function lossOf(state: SharedState): number {
  const { batch, temperature, dimension } = state.shape;
  let loss = 0;
  for (let pair = 0; pair < batch; pair += 1) {
    let cosine = 0;
    for (let at = 0; at < dimension; at += 1)
      cosine +=
        (state.texts[pair * dimension + at] ?? 0) * (state.texts[(batch + pair) * dimension + at] ?? 0);
    const sums = Math.log(state.rowSums[pair] ?? 1) + Math.log(state.columnSums[pair] ?? 1);
    loss += sums / 2 - (cosine - 1) / temperature;
  }
  return loss / batch;
}

function openWorkers(state: SharedState): Promise<Worker[]> {
  const others = Array.from({ length: state.shape.threads - 1 }, (_, index) => index + 1);
  return Promise.all(
    others.map(
      (thread) =>
        new Promise<Worker>((resolve, reject) => {
          const worker = new Worker(new URL('./training-worker.ts', import.meta.url), {
            workerData: { shape: state.shape, memory: state.memory, thread },
          });
          worker.once('message', () => resolve(worker));
          worker.once('error', reject);
        }),
    ),
  );
}

/** Trains one row for each word and letter group by contrast: a question lies near its answer, far from all others. */
export async function trainTable(
  pairs: EncodedPairs,
  options: TrainingOptions,
): Promise<{ readonly table: Float32Array; readonly loss: number }> {
  const { dimension, batch, threads, temperature } = options;
  const shape: Shape = {
    ...{ rows: pairs.frequencies.length, dimension, batch, threads, temperature },
    tokens: batch * 2 * 600,
  };
  const state = new SharedState(shape);
  const random = new Random(options.seed);
  startTable(state, pairs, random);
  const workers = await openWorkers(state);
  const step = new TrainingStep(state, 0);
  const filler = new BatchFiller(state, pairs);
  const steps = Math.floor((options.epochs * pairs.count) / batch);
  const started = performance.now();
  let loss = 0;
  for (let done = 0; done < steps;) {
    const order = orderOfEpoch(pairs, options.run, random);
    for (let at = 0; at + batch <= order.length && done < steps; at += batch) {
      filler.fill(order.subarray(at, at + batch), random, options.dropped);
      state.rate[0] = rateOf(done, steps, options.rate);
      state.control[2] = 1;
      state.meet();
      step.run();
      done += 1;
      loss = loss === 0 ? lossOf(state) : 0.98 * loss + 0.02 * lossOf(state);
      if (done % REPORT_EVERY === 0) {
        const seconds = (performance.now() - started) / 1000;
        options.report(`step ${done} of ${steps}, loss ${loss.toFixed(4)}, ${seconds.toFixed(0)} s`);
      }
    }
  }
  state.control[2] = 0;
  state.meet();
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { table: state.table, loss };
}

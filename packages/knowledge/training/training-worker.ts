import { parentPort, workerData } from 'node:worker_threads';
import { SharedState, type Shape } from './shared-state.ts';
import { TrainingStep } from './training-step.ts';

/** The data that the main thread hands to each of the others. */
interface Given {
  readonly shape: Shape;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
}

function isGiven(data: unknown): data is Given {
  return data instanceof Object && 'shape' in data && 'memory' in data && 'thread' in data;
}

const given: unknown = workerData;
if (!isGiven(given)) throw new Error('This file is the thread of a training; start train.ts instead.');
const state = new SharedState(given.shape, given.memory);
const step = new TrainingStep(state, given.thread);
parentPort?.postMessage('ready');
for (;;) {
  state.meet();
  if (state.control[2] === 0) break;
  step.run();
}

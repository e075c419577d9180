import { parentPort } from 'node:worker_threads';
import { drawDiagram } from './draw-diagram.ts';

// A layout can take any time and any memory, so it has a thread of its own that can be ended.
parentPort?.on('message', (text: string) => {
  try {
    parentPort?.postMessage({ kind: 'drawn', svg: drawDiagram(text) });
  } catch {
    parentPort?.postMessage({ kind: 'refused', reason: 'UNREADABLE' });
  }
});
parentPort?.postMessage('ready');

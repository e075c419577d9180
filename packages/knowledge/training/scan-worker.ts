import { parentPort } from 'node:worker_threads';
import { pairsOfPackage } from './collect-pairs.ts';

parentPort?.on('message', (folder: string) => parentPort?.postMessage([...pairsOfPackage(folder)]));

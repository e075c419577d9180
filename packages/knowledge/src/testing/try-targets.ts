import type { MessagePort } from 'node:worker_threads';
import { fuzz, type FuzzFinding, type FuzzTarget } from './fuzz.ts';

/** Targets, and how they are closed. */
export interface OpenTargets {
  readonly targets: readonly FuzzTarget[];
  readonly close?: () => Promise<void>;
}

/** One piece of a run, as the thread that watches asks for it. */
export interface FuzzPiece {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  readonly untilMs: number;
  readonly cases: number;
  /** Holds the number of the text that is tried. */
  readonly at: SharedArrayBuffer;
}

/** An answer of the thread that tries: the names of its targets, then the result of each piece. */
export type FuzzAnswer =
  | { readonly names: readonly string[] }
  | { readonly cases: number; readonly findings: readonly FuzzFinding[] };

/** Tries pieces of targets as they are asked for, until `null` comes. */
export async function tryTargets(port: MessagePort, { targets, close }: OpenTargets): Promise<void> {
  const ended = Promise.withResolvers<undefined>();
  port.on('message', (piece: FuzzPiece | null) => {
    const target = targets.find(({ name }) => name === piece?.target);
    if (piece === null || target === undefined) return ended.resolve(undefined);
    const at = new BigInt64Array(piece.at);
    fuzz(target, { ...piece, onText: (number) => void Atomics.store(at, 0, BigInt(number)) }).then(
      (result) => port.postMessage(result satisfies FuzzAnswer),
      (error: unknown) => ended.reject(error),
    );
  });
  port.postMessage({ names: targets.map(({ name }) => name) } satisfies FuzzAnswer);
  try {
    await ended.promise;
  } finally {
    port.close();
    await close?.();
  }
}

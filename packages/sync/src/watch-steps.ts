import type { PhaseWatch } from './ports/sync-observer.ts';
import type { ProgressNote } from './ports/progress-note.ts';
import type { SyncRun } from './sync-run.ts';
import type { SyncPhase } from './sync-state.ts';

/**
 * Runs a generator step by step under a watch. Work that a step begins belongs to the watch also while the generator waits
 * for its reader, which a span around the loop would not give.
 */
export async function* watchSteps<T, R>(
  watch: PhaseWatch,
  steps: AsyncGenerator<T, R>,
): AsyncGenerator<T, R> {
  let failure: unknown;
  let isDone = false;
  try {
    for (;;) {
      const step = await watch.step(() => steps.next());
      isDone = step.done === true;
      if (step.done === true) return step.value;
      yield step.value;
    }
  } catch (error) {
    isDone = true;
    failure = error;
    throw error;
  } finally {
    // A reader that stops early lets the generator free what it took.
    if (!isDone) await watch.step(() => steps.return(undefined as R)).catch(() => undefined);
    watch.ended(failure);
  }
}

/** Runs a phase, under the watch of the run's observer where it has one. */
export function inPhase<R>(
  run: SyncRun,
  phase: SyncPhase,
  steps: AsyncGenerator<ProgressNote, R>,
): AsyncGenerator<ProgressNote, R> {
  const watch = run.options.watchPhase?.(phase);
  return watch === undefined ? steps : watchSteps(watch, steps);
}

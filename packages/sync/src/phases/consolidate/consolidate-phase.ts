import {
  CONSOLIDATION_VERSION,
  groupStatements,
  openTextVectors,
  type TextVectors,
} from '@project-sync/knowledge';
import type {
  ConsolidationRules,
  ConsolidationStart,
  ConsolidationStore,
  NewStatement,
} from '../../ports/consolidation-store.ts';
import type { ProgressNote } from '../../ports/progress-note.ts';
import { SyncError } from '../../sync-error.ts';
import type { Enrichment, SyncRun } from '../../sync-run.ts';
import { insightOf } from './insight-of-group.ts';
import { readTold } from './read-told.ts';
import { neighbourhoodOf } from './statement-neighbourhood.ts';

const MOST_CHARACTERS = 500_000;
const MOST_OF_SOURCE = 15_000;
/** Sources read at a time. */
const PAGE = 100;
/** Another sync of the project may consolidate at the same time; the one that comes second starts again. */
const ATTEMPTS = 5;

/**
 * The CONSOLIDATE phase: letters, notes and recorded decisions become insights. It compares the sources in force with those
 * it has read, so it makes up for a phase that failed, and a sync that brought none of them writes nothing.
 */
export function consolidatePhase(vectors: () => Promise<TextVectors> = openTextVectors): Enrichment {
  const rules = {
    version: CONSOLIDATION_VERSION,
    mostCharacters: MOST_CHARACTERS,
    mostOfSource: MOST_OF_SOURCE,
  };
  return {
    phase: 'CONSOLIDATE',
    async *run(run: SyncRun): AsyncGenerator<ProgressNote> {
      const store = run.store.consolidation();
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const start = await store.start(rules);
        if (attempt === 0) warnOfBudget(run, start);
        if (isUnchanged(start)) return;
        yield* run.reportThrottled('CONSOLIDATE', 0.1, `Reading ${start.added.length} letters and notes`);
        if (await consolidate({ run, store, rules, start, vectors: await vectors() })) return;
      }
      throw new SyncError(
        'STORE_UNAVAILABLE',
        'Other syncs of the project consolidated at the same time. The next sync continues it.',
      );
    },
  };
}

const isUnchanged = ({ added, gone }: ConsolidationStart): boolean => added.length === 0 && gone.length === 0;

interface Round {
  readonly run: SyncRun;
  readonly store: ConsolidationStore;
  readonly rules: ConsolidationRules;
  readonly start: ConsolidationStart;
  readonly vectors: TextVectors;
}

async function consolidate({ run, store, rules, start, vectors }: Round): Promise<boolean> {
  const { signal } = run;
  const leftOut = new Set(start.leftOut.map(({ source }) => source));
  const toRead = start.added.filter(({ source }) => !leftOut.has(source));
  const added: NewStatement[] = [];
  for (let at = 0; at < toRead.length; at += PAGE) {
    signal.throwIfAborted();
    const page = toRead.slice(at, at + PAGE);
    added.push(
      ...readTold(
        await store.passages(
          page.map(({ source }) => source),
          rules,
        ),
        page,
      ),
    );
  }
  const gone = await store.statementsOf(start.gone);
  const near = await neighbourhoodOf(
    store,
    { added, gone, goneSources: new Set(start.gone) },
    { vectors, signal },
  );
  const { groups, pairs } = groupStatements(near.statements, vectors);
  const statements = new Map(near.statements.map((statement) => [statement.key, statement]));
  signal.throwIfAborted();
  return store.publish(
    {
      round: start.round,
      rules,
      added: start.added,
      leftOut: start.leftOut,
      gone: start.gone,
      statements: added,
      touched: near.touched,
      insights: groups.map((group) => insightOf(group, statements)),
      pairs,
    },
    run.throttledNote('CONSOLIDATE', 1, `${added.length} statements consolidated`),
  );
}

/** Reports on every sync what the budgets leave out, as long as they do. */
function warnOfBudget(run: SyncRun, { leftOut, cut }: ConsolidationStart): void {
  const warn = (message: string): void => run.warn({ code: 'CONSOLIDATION_LIMIT', message, path: null });
  if (leftOut.length > 0) {
    const characters = leftOut.reduce((sum, one) => sum + one.characters, 0);
    warn(
      `Insights are drawn from the newest ${MOST_CHARACTERS.toLocaleString('en')} characters of letters, notes and decisions; ${leftOut.length} older ones with ${characters.toLocaleString('en')} characters are left out.`,
    );
  }
  if (cut.length > 0)
    warn(
      `Of ${cut.length} letters, notes or decisions only the first ${MOST_OF_SOURCE.toLocaleString('en')} characters are read for insights.`,
    );
}

import type { ProgressNote } from './progress-note.ts';

/** A letter, note or decision that statements are read from. */
export interface ToldSource {
  /** Names it within the project, such as `note 12`. */
  readonly source: string;
  /** ISO 8601. */
  readonly writtenAt: string;
  readonly characters: number;
}

/** The sources that differ from those that were consolidated. */
export interface ConsolidationStart {
  /** The number of consolidations before; publishing fails where another one came between. */
  readonly round: number;
  readonly added: readonly ToldSource[];
  readonly gone: readonly string[];
  /** Sources that are not read for the budget, and those of which only the beginning is. */
  readonly leftOut: readonly ToldSource[];
  readonly cut: readonly ToldSource[];
}

/** The budget and the version of the rules by which sources are read. */
export interface ConsolidationRules {
  readonly version: number;
  /** Characters of all sources of a project together, and of one. */
  readonly mostCharacters: number;
  readonly mostOfSource: number;
}

/** A passage of a source, as it is stored. */
export interface ToldPassage {
  readonly source: string;
  readonly entryId: bigint;
  readonly titles: readonly string[];
  readonly text: string;
  /** Whether it is part of a recorded decision. */
  readonly isDecision: boolean;
}

/** A statement in a source. */
export interface ToldStatement {
  readonly source: string;
  readonly ordinal: number;
  readonly entryId: bigint;
  readonly key: string;
  readonly quote: string;
  readonly category: string;
  readonly writtenAt: string;
  /** The keys of the solutions beside a pain. */
  readonly answers: readonly string[];
}

/** A statement that was just read, with the keys that its neighbours are found by. */
export interface NewStatement extends ToldStatement {
  readonly neighbourKeys: readonly number[];
}

/** An insight as it is stored: its text, and the passage that search finds it by. */
export interface ConsolidatedInsight {
  /** The key of the statement that leads it. */
  readonly key: string;
  readonly members: readonly string[];
  readonly title: string;
  readonly detail: string;
  readonly category: string;
  readonly severity: 'MEDIUM' | 'HIGH' | null;
  readonly writtenAt: string;
  readonly passage: {
    readonly hash: string;
    readonly head: string | null;
    readonly text: string;
    readonly tokens: number;
    readonly words: string;
  };
}

/** The result of one consolidation, for all statements that a change bears on. */
export interface Consolidation {
  readonly round: number;
  readonly rules: ConsolidationRules;
  readonly added: readonly ToldSource[];
  readonly leftOut: readonly ToldSource[];
  readonly gone: readonly string[];
  readonly statements: readonly NewStatement[];
  /** The keys of all statements that were grouped anew, those that went included. */
  readonly touched: readonly string[];
  readonly insights: readonly ConsolidatedInsight[];
  readonly pairs: readonly {
    readonly kind: 'contradiction' | 'answer';
    readonly from: string;
    readonly to: string;
  }[];
}

/** Storage for the insights of a project. Writes check the lease and the fence, as those of a sync do. */
export interface ConsolidationStore {
  /** Compares the sources in force with those that were consolidated. */
  start(rules: ConsolidationRules): Promise<ConsolidationStart>;
  /** The passages of sources, in order, up to the limit of one source. */
  passages(sources: readonly string[], rules: ConsolidationRules): Promise<readonly ToldPassage[]>;
  /** The statements of sources that were consolidated. */
  statementsOf(sources: readonly string[]): Promise<readonly ToldStatement[]>;
  /** Every place of the statements in force that have one of the neighbour keys, or one of the keys themselves. */
  neighbours(neighbourKeys: readonly number[], keys: readonly string[]): Promise<readonly ToldStatement[]>;
  /** Makes the result visible at once. Returns false where another consolidation came between. */
  publish(consolidation: Consolidation, note: ProgressNote | null): Promise<boolean>;
}

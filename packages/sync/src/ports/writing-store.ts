import type { ModelStatement } from '@project-sync/knowledge';

/** The pages to which a language model adds a part. */
export interface WantedPages {
  /** An owner turned it on for every page that can have one. */
  readonly all: boolean;
  /** The pages that people of the project asked for, whether or not it is on for all. */
  readonly paths: ReadonlySet<string>;
}

/** The most tokens that may be spent. */
export interface WritingLimits {
  readonly perSync: number;
  /** Of one project in a calendar month, by UTC. */
  readonly perMonth: number;
}

/** Tokens set aside for one call, or the limit that leaves too few. */
export type Reservation =
  | { readonly kind: 'reserved'; readonly id: string }
  | { readonly kind: 'over'; readonly limit: keyof WritingLimits; readonly left: number };

/** Storage for what a language model wrote and cost, beside one claimed sync. */
export interface WritingStore {
  wanted(): Promise<WantedPages>;
  /** The answer under this key, of any branch and sync of the project; null where the model was not asked. */
  cached(key: string): Promise<readonly ModelStatement[] | null>;
  keep(answer: {
    readonly key: string;
    readonly model: string;
    readonly statements: readonly ModelStatement[];
  }): Promise<void>;
  /** Sets tokens aside before a call, so that two syncs cannot spend the same ones. A worker that dies leaves them spent. */
  reserve(call: {
    readonly path: string;
    readonly model: string;
    readonly tokens: number;
    readonly limits: WritingLimits;
  }): Promise<Reservation>;
  /** Puts what a call did cost in the place of what was set aside. */
  spent(id: string, tokens: number): Promise<void>;
}

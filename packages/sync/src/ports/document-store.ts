import type { Citation, FolderRows, Habits, ModuleSummary, RulePatterns } from '@project-sync/knowledge';
import type { ObjectId } from '../objects/git-object.ts';

/** A page that stands, without its text. */
export interface StandingPage {
  readonly path: string;
  /** The stored content with its text. */
  readonly oid: ObjectId;
  readonly inputHash: string;
  readonly templateVersion: number;
  /** Of the page of a module: its part of the pages about the whole repository. */
  readonly summary: ModuleSummary | null;
  /** Of the page on conventions: its part that follows from the modules. */
  readonly habits: Habits | null;
  /** The key of the question that a language model answered about it; null where none did. */
  readonly modelKey: string | null;
  /** The files that a model was given for it; empty where it has no such key. */
  readonly modelSources: readonly string[];
}

/** A page that was written. */
export interface WrittenPage extends Omit<StandingPage, 'modelSources'> {
  readonly title: string;
  /** Whether a language model wrote a part of it. */
  readonly isModelWritten: boolean;
  readonly citations: readonly Citation[];
}

/** How a snapshot stands before its pages are written. */
export interface DocumentStart {
  /** An earlier worker has written the pages of this very snapshot. */
  readonly isDone: boolean;
  /** The pages are made from the analysis, which has to be complete. */
  readonly isAnalysed: boolean;
  /** All pages to carry over were written by the template of this version, and none has a part by a language model. */
  readonly isOfTemplate: boolean;
  /** The name of the repository, as its first page gives it. */
  readonly repository: string;
}

/** Storage for the generated pages of one finalized snapshot. Writes check the lease and the fence, as those of a sync do. */
export interface DocumentStore {
  /** Chooses the snapshot whose pages are carried over: the branch's own, or one of the same repository. Called first. */
  start(templateVersion: number): Promise<DocumentStart>;
  /** The pages of that snapshot at some paths; null for all of them. */
  standing(paths: readonly string[] | null): Promise<readonly StandingPage[]>;
  /** The summaries of all modules of that snapshot, by their paths. A worker may have kept them from its last sync. */
  summaries(): Promise<ReadonlyMap<string, ModuleSummary>>;
  /** The paths that came, went, changed or link otherwise since that snapshot, in pages; all of them where there is none. */
  touched(): AsyncGenerator<readonly string[]>;
  /** The analysed files that stand directly in these folders, with their exports, long functions and imports. */
  folders(folders: readonly string[]): Promise<FolderRows>;
  /** The decoded texts of the files at these paths; a path without a file or a text is missing. */
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The patterns of some rules that people have not dismissed: how many, and the first `most` of each. None where the search for them failed. */
  patterns(rules: readonly string[], most: number): Promise<readonly RulePatterns[]>;
  /** Makes all pages visible at once. Those that are neither written nor gone are carried over. */
  publish(pages: {
    readonly written: readonly WrittenPage[];
    readonly gone: readonly string[];
  }): Promise<void>;
}

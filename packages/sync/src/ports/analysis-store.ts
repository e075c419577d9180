import type { FileFacts, FileLinks, FileSurface, Loaded, Wanted } from '@project-sync/knowledge';
import type { ProgressNote } from './progress-note.ts';

/** A content and the way it is read. */
export interface ContentKey {
  readonly oid: string;
  readonly dialect: string;
}

/** A file of the snapshot. The path is written as a reader sees it. */
export interface AnalysedFile extends ContentKey {
  readonly path: string;
}

/** A file whose content or place changed since the branch was last analysed; null for the side that is not there. */
export interface ChangedFile {
  readonly path: string;
  readonly now: ContentKey | null;
  readonly before: ContentKey | null;
}

/** The facts of one content, or the reason why there are none; a manifest has both, since no code of it is analysed. */
export interface ReadContent extends ContentKey {
  readonly facts: FileFacts | null;
  readonly reason: string | null;
}

/** The links of one file, and every question they depend on. */
export interface LinkedFile extends AnalysedFile {
  readonly links: FileLinks;
  readonly reads: readonly string[];
}

/** A file and the stored row of its links. */
export interface PublishedFile extends AnalysedFile {
  readonly linkSetId: bigint;
}

/** Counts of what a sync changed in the code, for its readers. */
export interface SymbolChanges {
  readonly symbolsAdded: number;
  readonly symbolsRemoved: number;
  readonly apiChanges: readonly {
    readonly kind: 'ADDED' | 'CHANGED' | 'REMOVED';
    readonly qualifiedName: string;
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** How a snapshot stands before its analysis begins. */
export interface AnalysisStart {
  /** An earlier worker has analysed this very snapshot. */
  readonly isDone: boolean;
  /** No file changed since the branch was last analysed, or differs from the branch that it starts from. */
  readonly isUnchanged: boolean;
}

/** Storage for the analysis of one finalized snapshot. Writes check the lease and the fence, as those of a sync do. */
export interface AnalysisStore {
  /** Chooses the analysed snapshot to start from: the branch's own, or one of the same repository. Called first. */
  start(version: number, ofFacts: number): Promise<AnalysisStart>;
  /** Contents of the snapshot that the current reader has not read, in pages. */
  unread(version: number): AsyncGenerator<readonly ContentKey[]>;
  /** The decoded texts of contents; a content without text is missing, and one that is larger than the limit. */
  texts(oids: readonly string[], mostBytes?: number): Promise<ReadonlyMap<string, string>>;
  saveFacts(contents: readonly ReadContent[], version: number, note: ProgressNote | null): Promise<void>;
  /** The files that differ from the snapshot to start from, in pages; all of them where there is none. */
  changes(): AsyncGenerator<readonly ChangedFile[]>;
  facts(contents: readonly ContentKey[]): Promise<ReadonlyMap<string, FileFacts>>;
  surfaces(contents: readonly ContentKey[]): Promise<ReadonlyMap<string, FileSurface>>;
  /** Answers the questions of a resolution from the snapshot. */
  load(wanted: Wanted): Promise<Loaded>;
  /** Files of the snapshot to start from whose links depend on an answer that changed. */
  dependents(keys: readonly string[]): Promise<readonly AnalysedFile[]>;
  /** Stores links by their content and returns the row of each file's; they are invisible until they are published. */
  saveLinks(files: readonly LinkedFile[]): Promise<readonly PublishedFile[]>;
  /** Makes all links of the snapshot visible at once. */
  publish(result: {
    readonly linked: readonly PublishedFile[];
    /** Links that are stored by the same write. */
    readonly last: readonly LinkedFile[];
    readonly gone: readonly string[];
    readonly changes: SymbolChanges;
  }): Promise<void>;
}

/** The key of a content in the maps of this port. */
export const contentKey = ({ oid, dialect }: ContentKey): string => `${oid} ${dialect}`;

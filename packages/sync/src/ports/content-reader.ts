import type { FileFacts } from '@project-sync/knowledge';
import type { KeptEntry } from './sync-store.ts';

/** The treatment of a path, decided by its name and the repository's own rules. */
export interface FileClass {
  readonly language: string | null;
  /** The way the content is split; `none` for a file that is only listed. */
  readonly dialect: string;
  readonly ignored: string | null;
}

/** The meaning of files: packages/knowledge, as the engine needs it. */
export interface ContentReader {
  /** Raised when splitting or redaction changes, so that contents read by older rules are read again. */
  readonly version: { readonly split: number; readonly redaction: number };
  /** Returns a classifier under the repository's own rules, which are two files at its root, and the stored ones. */
  classifier(rules: {
    gitattributes: string | null;
    projectsyncignore: string | null;
    stored: string;
  }): (path: string) => FileClass;
  decode(content: Uint8Array): { kind: 'text'; text: string; encoding: string } | { kind: 'binary' };
  /**
   * Null for a text that cannot be read in its time. `group` is the tenant, whose turn it is among others. `onFacts` takes the facts
   * of the text, from a reader that finds them in the same pass; null where they could not be read.
   */
  split(input: {
    text: string;
    dialect: string;
    signal: AbortSignal;
    group: string;
    onFacts?: (facts: FileFacts | null) => void;
  }): Promise<readonly KeptEntry[] | null>;
}

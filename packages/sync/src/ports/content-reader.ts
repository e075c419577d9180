import type { KeptEntry } from './sync-store.ts';

/** How a path is treated, told from its name and the repository's own rules. */
export interface FileClass {
  readonly language: string | null;
  /** How its content is split; `none` for what is listed only. */
  readonly dialect: string;
  readonly ignored: string | null;
}

/** What a file means: the room of knowledge, as the engine needs it. */
export interface ContentReader {
  /** Raised when splitting or redaction changes, so that what was read by older rules is read anew. */
  readonly version: { readonly split: number; readonly redaction: number };
  /** A classifier under the repository's own rules, which stand in two files at its root. */
  classifier(rules: {
    gitattributes: string | null;
    projectsyncignore: string | null;
  }): (path: string) => FileClass;
  decode(content: Uint8Array): { kind: 'text'; text: string; encoding: string } | { kind: 'binary' };
  split(input: { text: string; dialect: string; signal: AbortSignal }): Promise<readonly KeptEntry[]>;
}

/** What the embedded database's thread is started with. */
export interface WorkerStart {
  /** Null keeps everything in memory. */
  readonly dataDir: string | null;
  /** A dump to begin with. */
  readonly template: Uint8Array | null;
}

/** What can be asked of it. Values are text as PostgreSQL reads it, or null. */
export type WorkerRequest = { readonly id: number } & (
  | { readonly kind: 'query'; readonly text: string; readonly values: (string | null)[] }
  | { readonly kind: 'script'; readonly text: string }
  | { readonly kind: 'copy'; readonly target: string; readonly rows: Uint8Array }
  | { readonly kind: 'listen'; readonly channel: string }
  | { readonly kind: 'dump' }
  | { readonly kind: 'close' }
);

/** One column of an answer. */
export interface WorkerField {
  readonly name: string;
  readonly dataTypeID: number;
}

/** What comes back. */
export type WorkerAnswer =
  | {
      readonly id: number;
      readonly ok: true;
      readonly fields?: WorkerField[];
      readonly rows?: unknown[][];
      readonly rowCount?: number;
      /** What each statement of a script returned. */
      readonly results?: { readonly fields: WorkerField[]; readonly rows: unknown[][] }[];
      readonly dump?: Uint8Array;
    }
  | { readonly id: number; readonly ok: false; readonly error: Record<string, string> };

/** A notification, which nobody asked for just then. */
export interface WorkerNotice {
  readonly notify: string;
  readonly payload: string;
}

import type { ParameterValue } from './parameter-text.ts';

/** The start data of the embedded database's thread. */
export interface WorkerStart {
  /** Null for a database in memory. */
  readonly dataDir: string | null;
  /** A dump to start from. */
  readonly template: Uint8Array | null;
}

/** A statement whose result nothing waits for. Without values it may be any that opens or ends a transaction. */
export interface LeadingStatement {
  readonly text: string;
  readonly values?: ParameterValue[];
}

/** A request to the thread. */
export type WorkerRequest = {
  readonly id: number;
  /** Run first: the end of an earlier transaction, and what opens the one in which this request is the first. */
  readonly leading?: readonly LeadingStatement[];
} & (
  | {
      readonly kind: 'query';
      readonly text: string;
      readonly values: ParameterValue[];
      readonly planOnce?: boolean;
    }
  | { readonly kind: 'script'; readonly text: string }
  | { readonly kind: 'copy'; readonly target: string; readonly rows: Uint8Array }
  | { readonly kind: 'listen'; readonly channel: string }
  | { readonly kind: 'dump' }
  | { readonly kind: 'close' }
  /** Follows `close`: the thread goes on with another database. */
  | { readonly kind: 'open'; readonly start: WorkerStart }
);

/** A column of an answer. */
export interface WorkerField {
  readonly name: string;
  readonly dataTypeID: number;
}

/** An answer of the thread. */
export type WorkerAnswer =
  | {
      readonly id: number;
      readonly ok: true;
      readonly fields?: WorkerField[];
      readonly rows?: unknown[][];
      readonly rowCount?: number;
      /** The rows of each statement of a script. */
      readonly results?: { readonly fields: WorkerField[]; readonly rows: unknown[][] }[];
      readonly dump?: Uint8Array;
    }
  | { readonly id: number; readonly ok: false; readonly error: Record<string, string> };

/** A notification, which answers no request. */
export interface WorkerNotice {
  readonly notify: string;
  readonly payload: string;
}

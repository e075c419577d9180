/** What a rule says of one statement: enough for its author to write it again. */
export interface Finding {
  readonly rule: string;
  readonly migration: string;
  readonly line: number;
  readonly statement: string;
  readonly why: string;
  /** How the same aim is reached without a loss. */
  readonly safe: string;
}

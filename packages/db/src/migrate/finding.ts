/** A rule's finding about one statement, with enough detail to rewrite the statement. */
export interface Finding {
  readonly rule: string;
  readonly migration: string;
  readonly line: number;
  readonly statement: string;
  readonly why: string;
  /** The way to reach the same aim without losing data. */
  readonly safe: string;
}

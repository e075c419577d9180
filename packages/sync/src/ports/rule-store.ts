/** Storage for the documents of a branch that rule by convention or by a person's decision. Writes check the lease and the fence. */
export interface RuleStore {
  /**
   * Makes the files that rule in the finalized snapshot documents of it, and returns how many came or went. Only files that
   * changed since the branch was last read by these rules are looked at.
   */
  publish(version: number): Promise<{ readonly added: number; readonly superseded: number }>;
}

/** Each plan takes up to two megabytes of the database's memory. A search has a statement for each way of looking. */
const MOST = 12;

/** A statement that the database knows by a name. */
interface NamedStatement {
  readonly name: string;
  /** Whether the database has yet to read its text. */
  readonly isNew: boolean;
  /** Statements that it may forget. */
  readonly closed: readonly string[];
}

/** The statements whose plans the embedded database keeps: those used last. */
export class KeptPlans {
  readonly #names = new Map<string, string>();
  #closed: string[] = [];
  #made = 0;

  /** The name of a statement, which counts as used now. */
  use(text: string): NamedStatement {
    const known = this.#names.get(text);
    this.#names.delete(text);
    const name = known ?? `kept_${(this.#made += 1)}`;
    this.#names.set(text, name);
    for (const oldest of this.#names.keys()) {
      if (this.#names.size <= MOST) break;
      this.forget(oldest);
    }
    const closed = this.#closed;
    this.#closed = [];
    return { name, isNew: known === undefined, closed };
  }

  /** After a failure nothing is sure of a statement: it may never have been read, or its tables may have changed. */
  forget(text: string): void {
    const name = this.#names.get(text);
    if (name === undefined) return;
    this.#names.delete(text);
    this.#closed.push(name);
  }
}

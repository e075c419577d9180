/**
 * A plan takes some hundred bytes of the database's memory for each character of its statement: two megabytes for the longest ones, of
 * which a search has one for each way of looking, and little for those that every sync repeats.
 */
const MOST_CHARACTERS = 120_000;
const MOST = 100;
/** A plan is made anew after one use, two, four and so on, and at last after this many. */
const MOST_USES = 512;

/** A statement that the database knows by a name. */
interface NamedStatement {
  readonly name: string;
  /** Whether the database has yet to read its text. */
  readonly isNew: boolean;
  /** Statements that it may forget. */
  readonly closed: readonly string[];
}

/** A statement that the database knows. */
interface Kept {
  readonly name: string;
  /** Until the plan is made anew, and how many they were at the beginning. */
  left: number;
  readonly lasts: number;
}

/** The statements whose plans the embedded database keeps: those used last. */
export class KeptPlans {
  readonly #kept = new Map<string, Kept>();
  #characters = 0;
  #closed: string[] = [];
  #made = 0;

  /** The name of a statement, which counts as used now. */
  use(text: string): NamedStatement {
    // The first plan may be of empty tables, and only many new rows at once make the database plan anew by itself.
    const before = this.#kept.get(text);
    if (before?.left === 0) this.forget(text);
    const known = this.#kept.get(text);
    const lasts = Math.min(MOST_USES, (before?.lasts ?? 0.5) * 2);
    const kept = known ?? { name: `kept_${(this.#made += 1)}`, left: lasts, lasts };
    kept.left -= 1;
    if (known === undefined) this.#characters += text.length;
    this.#kept.delete(text);
    this.#kept.set(text, kept);
    for (const oldest of this.#kept.keys()) {
      const isOver = this.#kept.size > MOST || this.#characters > MOST_CHARACTERS;
      if (!isOver || oldest === text) break;
      this.forget(oldest);
    }
    const closed = this.#closed;
    this.#closed = [];
    return { name: kept.name, isNew: known === undefined, closed };
  }

  /** After a failure nothing is sure of a statement: it may never have been read, or its tables may have changed. */
  forget(text: string): void {
    const kept = this.#kept.get(text);
    if (kept === undefined) return;
    this.#kept.delete(text);
    this.#characters -= text.length;
    this.#closed.push(kept.name);
  }
}

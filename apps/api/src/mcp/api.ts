import { z } from 'zod';
import { ToolRefusal } from './tool-refusal.ts';

/** Sends a query to the API, with the rights of the caller. */
export type AskApi = (query: string, variables: object) => Promise<unknown>;

const failure = z.object({
  message: z.string(),
  extensions: z.object({ code: z.string() }).partial().optional(),
});
const answer = z.object({ data: z.unknown().optional(), errors: z.array(failure).optional() });

/** The API as tools use it. */
export class Api {
  readonly #ask: AskApi;
  readonly #behind: CommitsBehind;

  constructor(ask: AskApi, behind: CommitsBehind) {
    this.#ask = ask;
    this.#behind = behind;
  }

  /**
   * Runs a query and parses its data. An answer without data, or whose data lacks what the shape needs, is refused with
   * the first error; an error beside data that suffices is left aside.
   */
  async query<T extends z.ZodType>(shape: T, text: string, variables: object = {}): Promise<z.infer<T>> {
    const { data, errors = [] } = answer.parse(await this.#ask(text, variables));
    const parsed = shape.safeParse(data);
    if (parsed.success && data != null) return parsed.data;
    const [first] = errors;
    if (first !== undefined) throw new ToolRefusal(first.extensions?.code ?? 'INTERNAL', first.message);
    throw new ToolRefusal('INTERNAL', 'The server answered in a form that this tool does not know.');
  }

  /** The number of commits a branch is behind its source; null where the source does not say. */
  commitsBehind(branchId: string, commit: string): Promise<number | null> {
    return this.#behind.of(`${branchId} ${commit}`, async () => {
      const found = await this.query(behindAnswer, behindQuery, { id: branchId }).catch(() => null);
      return found?.node?.commitsBehind ?? null;
    });
  }
}

const behindAnswer = z.object({ node: z.object({ commitsBehind: z.number().nullable() }).nullable() });
/** Asks the source. */
export const behindQuery = 'query ($id: ID!) { node(id: $id) { ... on Branch { commitsBehind } } }';

const REMEMBERED_MS = 30_000;
const MOST_REMEMBERED = 1000;

/** Remembers for half a minute how far branches are behind: every answer names it, and the source is far away. */
export class CommitsBehind {
  readonly #known = new Map<string, { readonly until: number; readonly count: Promise<number | null> }>();

  of(key: string, load: () => Promise<number | null>): Promise<number | null> {
    const now = Date.now();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.count;
    const count = load();
    this.#known.delete(key);
    this.#known.set(key, { until: now + REMEMBERED_MS, count });
    if (this.#known.size > MOST_REMEMBERED) this.#known.delete(this.#known.keys().next().value ?? key);
    return count;
  }
}

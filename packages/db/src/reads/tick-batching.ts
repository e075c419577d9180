/** One read that was asked for in a tick. */
export interface Question<Connection> {
  /** The project it reads, or null for everything the tenant may see. */
  readonly projectId: string | null;
  /** Questions of one group are asked together, so that Prisma answers them by one statement. */
  readonly group: string | null;
  run(connection: Connection): Promise<void>;
}

/** Asks in the current tick; resolves when the whole tick has been answered. */
export type Ask<Connection> = <T>(
  about: Pick<Question<Connection>, 'projectId' | 'group'>,
  read: (connection: Connection) => Promise<T>,
) => Promise<T>;

interface Pending<Connection> extends Question<Connection> {
  settle(): void;
  fail(error: unknown): void;
}

/**
 * Gathers the reads of one tick of the event loop. All of them resolve together, so that follow-up reads are batched
 * too. If a tick fails, each read is repeated alone: a failed statement aborts its whole transaction, and one bad cursor
 * must not fail its neighbours.
 */
export function batchByTick<Connection>(
  answer: (questions: readonly Question<Connection>[]) => Promise<void>,
): Ask<Connection> {
  let pending: Pending<Connection>[] = [];

  async function dispatch(): Promise<void> {
    const questions = pending;
    pending = [];
    try {
      await answer(questions);
    } catch (error) {
      if (questions.length === 1) questions[0]?.fail(error);
      else
        for (const question of questions)
          await answer([question]).catch((own: unknown) => question.fail(own));
    }
    for (const question of questions) question.settle();
  }

  return (about, read) =>
    new Promise((resolve, reject) => {
      let settle = () => reject(new Error('A read was left without an answer.'));
      pending.push({
        ...about,
        async run(connection) {
          const value = await read(connection);
          settle = () => resolve(value);
        },
        fail: (error) => (settle = () => reject(error)),
        settle: () => settle(),
      });
      // After the promises that are settled now: the reads they lead to belong to the same tick.
      if (pending.length === 1) void Promise.resolve().then(() => process.nextTick(() => void dispatch()));
    });
}

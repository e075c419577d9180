/** Something asked for in a turn. */
export interface Question<Asked> {
  /** What it is about; null for everything that whoever asks may see. */
  readonly of: string | null;
  /** Questions of one group can be answered by one statement. */
  readonly group: string | null;
  run(asked: Asked): Promise<void>;
}

/** Asks in the current turn; answered when the whole turn is. */
export type Ask<Asked> = <T>(
  about: Pick<Question<Asked>, 'of' | 'group'>,
  read: (asked: Asked) => Promise<T>,
) => Promise<T>;

interface Pending<Asked> extends Question<Asked> {
  settle(): void;
  fail(error: unknown): void;
}

/**
 * Gathers what is asked in one turn of the event loop. Answers are handed out together once all of the turn is there,
 * so that the questions which follow from them meet again. A turn that fails is asked once more, each question by
 * itself: a failed statement spoils its whole transaction, and one bad cursor must not fail its neighbours.
 */
export function openTurns<Asked>(
  answer: (questions: readonly Question<Asked>[]) => Promise<void>,
): Ask<Asked> {
  let turn: Pending<Asked>[] = [];

  async function dispatch(): Promise<void> {
    const questions = turn;
    turn = [];
    try {
      await answer(questions);
    } catch (error) {
      if (questions.length === 1) questions[0]?.fail(error);
      else for (const question of questions) await answer([question]).catch((own) => question.fail(own));
    }
    for (const question of questions) question.settle();
  }

  return (about, read) =>
    new Promise((resolve, reject) => {
      let settle = () => reject(new Error('A question was left without an answer.'));
      turn.push({
        ...about,
        async run(asked) {
          const value = await read(asked);
          settle = () => resolve(value);
        },
        fail: (error) => (settle = () => reject(error)),
        settle: () => settle(),
      });
      // After the promises that are settled now: whatever they lead to belongs to the same turn.
      if (turn.length === 1) void Promise.resolve().then(() => process.nextTick(() => void dispatch()));
    });
}

/** Hints are lost when a connection is, so the table is looked at this often in any case. */
const LONGEST_WAIT_MS = 60_000;
/** The wait after the database did not answer. */
const RETRY_SECONDS = 5;

/** Rows that are to be sent, as a worker takes them. */
interface Outbox<Delivery, Answer> {
  claim(limit: number): Promise<Delivery[]>;
  settle(delivery: Delivery, answer: Answer): Promise<void>;
  /** The seconds until the next one is due; null when none waits. */
  nextDue(): Promise<number | null>;
  /** Calls back when one was written. Returns a function that stops it. */
  onQueued(wake: () => void): Promise<() => Promise<void>>;
}

/** The way in which the deliveries of an outbox are sent. */
interface Sending<Delivery, Answer> {
  readonly outbox: Outbox<Delivery, Answer>;
  /** Deliveries that are sent at the same time. */
  readonly atOnce: number;
  /** Sends one. It never throws: every failure is the delivery's own. */
  readonly send: (delivery: Delivery, signal: AbortSignal) => Promise<Answer>;
  readonly wasTaken: (answer: Answer) => boolean;
  /** Reports that the outbox could not be read. */
  readonly report: (error: unknown) => void;
}

/** Sends deliveries as they fall due, until it is stopped. */
export async function sendAsDue<Delivery, Answer>(
  sending: Sending<Delivery, Answer>,
): Promise<{ readonly stop: () => Promise<void> }> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  const stopListening = await sending.outbox.onQueued(wake);
  signal.addEventListener('abort', wake);
  const running = run();

  async function run(): Promise<void> {
    while (!signal.aborted) {
      woken = Promise.withResolvers();
      const seconds = await sendDue(sending, signal).catch((error: unknown) => {
        sending.report(error);
        return RETRY_SECONDS;
      });
      const waitMs = seconds === null ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, seconds * 1000 + 50);
      const timer = setTimeout(wake, waitMs);
      await woken.promise;
      clearTimeout(timer);
    }
  }

  return {
    async stop() {
      stopping.abort();
      await stopListening();
      await running;
    },
  };
}

/** Sends what is due, and returns the seconds until more is. */
async function sendDue<Delivery, Answer>(
  { outbox, atOnce, send, wasTaken }: Sending<Delivery, Answer>,
  signal: AbortSignal,
): Promise<number | null> {
  while (!signal.aborted) {
    const due = await outbox.claim(atOnce);
    if (due.length === 0) return outbox.nextDue();
    await Promise.all(
      due.map(async (delivery) => {
        const answer = await send(delivery, signal);
        // What our own end cut off is no failure of the receiver: its lease runs out, and it is sent again.
        if (!signal.aborted || wasTaken(answer)) await outbox.settle(delivery, answer);
      }),
    );
  }
  return null;
}

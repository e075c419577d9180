import type { Account } from '../account.ts';

/** Use counts half after this time. */
const HALF_LIFE_MS = 1000;
/** The use of an account that keeps the database to itself. */
const ALL_MS = HALF_LIFE_MS / Math.LN2;
/** The part of the time above which an account is heavy beside a lighter one. */
const HEAVY = 0.4;
/** A lighter account used less than this part of what the heavy one used. */
const MUCH_LESS = 1 / 3;
/** How long an account counts as present after its last turn. */
const PRESENT_MS = 300;
/** An account that used less is forgotten. */
const NOTHING_MS = 0.1;
/**
 * How long a heavy account rests, in parts of the turn before. A reader who watches their own first sync is a lighter account beside
 * it: with a rest of the whole turn, that sync took half as long again.
 */
const REST = 1 / 4;
/** The longest rest, whatever the turn before it took. */
const MOST_REST_MS = 500;
/**
 * How long the database is kept free after a turn of a person who uses it less. A request and a small sync ask one thing after the
 * other, and would otherwise wait for a turn of another person before each of them.
 */
const KEPT_FREE_MS = 4;
/** How much more another person must have used for that, beside taking most of the time. */
const KEPT_BELOW = 1.25;
/** The part of the time that each account may use before it falls behind. */
const FREE = 0.2;
/** Use by syncs counts this much more than use by readers. */
const PATIENT_FACTOR = 2;
/** How much of its waiting brings a call forward, so that none waits for ever. */
const PATIENCE = 0.3;
/** How much the last turn of an account says about the next one. */
const LAST_TURN = 0.3;

interface Waiting {
  readonly account: Account;
  readonly since: number;
  readonly begin: () => void;
}

interface Usage {
  /** The time of all turns, at the end of the last one. */
  readonly ms: number;
  /** The length of its turns. */
  readonly turnMs: number;
  readonly endedAt: number;
  /** When the next turn may begin. */
  readonly restsUntil: number;
}

/** The clock that turns are measured by; tests pass their own. */
export interface TurnClock {
  now(): number;
  /** Calls back after a time; returns a function that prevents it. */
  after(ms: number, call: () => void): () => void;
}

const realClock: TurnClock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, Math.ceil(ms));
    return () => clearTimeout(timer);
  },
};

/**
 * The turns at the embedded database, which does one thing at a time. Next is the call whose account has the shortest turns, as
 * long as that uses no more than its part of the time: what it uses beyond comes on top, so a tenant with a thousand statements
 * delays another by one of them. A turn cannot be broken off. An account that takes most of the time therefore rests after each
 * turn for a part of that time, while lighter ones are present: more of their requests then meet no turn of it at all.
 */
export class Turns {
  readonly #clock: TurnClock;
  readonly #waiting: Waiting[] = [];
  readonly #usage = new Map<string, Usage>();
  /** The use of all accounts of a person together. */
  readonly #persons = new Map<string, Pick<Usage, 'ms' | 'endedAt'>>();
  #current: { readonly account: Account; readonly begunAt: number } | null = null;
  #wake: (() => void) | null = null;
  /** The turn before. */
  #last: { readonly person: string; readonly endedAt: number } | null = null;

  constructor(clock: TurnClock = realClock) {
    this.#clock = clock;
  }

  /** The calls that have a turn or wait for one. */
  get callers(): number {
    return this.#waiting.length + (this.#current === null ? 0 : 1);
  }

  /** Waits for a turn; the returned function ends it. */
  take(account: Account): Promise<() => void> {
    return new Promise((resolve) => {
      let isOver = false;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        this.#end();
      };
      this.#waiting.push({ account, since: this.#clock.now(), begin: () => resolve(end) });
      this.#next();
    });
  }

  #next(): void {
    this.#wake?.();
    this.#wake = null;
    if (this.#current !== null || this.#waiting.length === 0) return;
    const now = this.#clock.now();
    const first = this.#lightest(now);
    if (first === null) {
      const rests = this.#waiting.map(({ account }) => this.#usage.get(account.name)?.restsUntil ?? now);
      this.#wake = this.#clock.after(Math.min(...rests) - now, () => this.#next());
      return;
    }
    const kept = this.#keptFree(first.account, now);
    if (kept > 0) {
      this.#wake = this.#clock.after(kept, () => this.#next());
      return;
    }
    this.#waiting.splice(this.#waiting.indexOf(first), 1);
    this.#current = { account: first.account, begunAt: now };
    first.begin();
  }

  #end(): void {
    const turn = this.#current;
    if (turn === null) return;
    const now = this.#clock.now();
    const took = now - turn.begunAt;
    const { name } = turn.account;
    const person = personOf(turn.account);
    this.#persons.set(person, { ms: decayed(this.#persons.get(person), now) + took, endedAt: now });
    const ms = this.#used(name, now) + took;
    const rest = this.#isHeavy(name, ms, turn.begunAt) ? Math.min(took * REST, MOST_REST_MS) : 0;
    const before = this.#usage.get(name)?.turnMs ?? took;
    const turnMs = before + (took - before) * LAST_TURN;
    this.#usage.set(name, { ms, turnMs, endedAt: now, restsUntil: now + rest });
    this.#current = null;
    this.#last = name === '' ? null : { person, endedAt: now };
    this.#forget(now);
    this.#next();
  }

  /** How long an account still has to wait for what may follow from a person who uses less, whose turn has just ended. */
  #keptFree(account: Account, now: number): number {
    const person = personOf(account);
    if (this.#last === null || account.name === '' || account.person == null || this.#last.person === person)
      return 0;
    const own = decayed(this.#persons.get(person), now);
    const isMost =
      own >= HEAVY * ALL_MS && own > KEPT_BELOW * decayed(this.#persons.get(this.#last.person), now);
    return isMost ? this.#last.endedAt + KEPT_FREE_MS - now : 0;
  }

  /** The first in order, of those that do not rest. */
  #lightest(now: number): Waiting | null {
    let found: { readonly waiting: Waiting; readonly score: number } | null = null;
    for (const waiting of this.#waiting) {
      const score = this.#score(waiting, now);
      if (found !== null && score >= found.score) continue;
      if ((this.#usage.get(waiting.account.name)?.restsUntil ?? 0) > now) continue;
      found = { waiting, score };
    }
    return found?.waiting ?? null;
  }

  /** Whether an account takes most of the time while another one that used much less is present or waits. */
  #isHeavy(name: string, used: number, begunAt: number): boolean {
    if (name === '' || used < HEAVY * ALL_MS) return false;
    const isLighter = (other: string): boolean =>
      other !== '' && other !== name && this.#used(other, begunAt) < used * MUCH_LESS;
    if (this.#waiting.some(({ account }) => isLighter(account.name))) return true;
    for (const [other, { endedAt }] of this.#usage)
      if (begunAt - endedAt <= PRESENT_MS && isLighter(other)) return true;
    return false;
  }

  /** The lower, the sooner. What no tenant asked for is short, and each request begins with some of it. */
  #score({ account, since }: Waiting, now: number): number {
    const { name, isPatient } = account;
    if (name === '') return Number.NEGATIVE_INFINITY;
    const used = decayed(this.#persons.get(personOf(account)), now);
    const cost = (this.#usage.get(name)?.turnMs ?? 0) + Math.max(0, used - FREE * ALL_MS);
    return cost * (isPatient ? PATIENT_FACTOR : 1) - (now - since) * PATIENCE;
  }

  #used(name: string, now: number): number {
    return decayed(this.#usage.get(name), now);
  }

  /** Accounts without any use to speak of are new ones when they come again. */
  #forget(now: number): void {
    for (const [name, { restsUntil }] of this.#usage)
      if (restsUntil < now && this.#used(name, now) < NOTHING_MS) this.#usage.delete(name);
    for (const [person, usage] of this.#persons)
      if (decayed(usage, now) < NOTHING_MS) this.#persons.delete(person);
  }
}

/** An account that no person stands behind is one by itself. */
const personOf = ({ name, person }: Account): string => (person == null ? name : `person ${person}`);

const decayed = (usage: Pick<Usage, 'ms' | 'endedAt'> | undefined, now: number): number =>
  usage === undefined ? 0 : usage.ms * 2 ** ((usage.endedAt - now) / HALF_LIFE_MS);

import { networkOfClient } from './client-address.ts';
import { RequestBudget } from './request-budget.ts';

const MOST_REMEMBERED = 10_000;

/** One try to sign in. */
interface Attempt {
  readonly address: string;
  /** Null where the request names none. */
  readonly email: string | null;
}

/** Limits on attempts to sign in, so that guessing a password takes years. */
export interface SignInBudgets {
  readonly byAddress: RequestBudget;
  /** One email from one address, so that a stranger's tries elsewhere do not lock its user out. */
  readonly byEmail: RequestBudget;
  /** One email from all addresses together, but for those its user has signed in from. */
  readonly byEmailAnywhere: RequestBudget;
  /** Remembers an address from which a user has signed in. */
  remember(attempt: Attempt): void;
  isKnown(attempt: Attempt): boolean;
}

/**
 * Allows 30 attempts per address and one more every 2 seconds; for one email 10 from one address and one more each minute,
 * and 100 from all addresses and one more each minute.
 */
export function signInBudgets(): SignInBudgets {
  const known = new Set<string>();
  const nameOf = ({ email, address }: Attempt): string => `${email ?? ''} ${address}`;
  return {
    byAddress: new RequestBudget(30, 1 / 2),
    byEmail: new RequestBudget(10, 1 / 60),
    byEmailAnywhere: new RequestBudget(100, 1 / 60),
    isKnown: (attempt) => known.has(nameOf(attempt)),
    remember(attempt) {
      if (attempt.email === null) return;
      known.add(nameOf(attempt));
      const [oldest] = known;
      if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
    },
  };
}

/** Takes an attempt from every budget it counts for. Returns the seconds to wait, or 0. */
export function waitToSignIn(budgets: SignInBudgets, attempt: Attempt): number {
  const { email } = attempt;
  const address = networkOfClient(attempt.address);
  const taken = [budgets.byAddress.take(address)];
  if (email !== null) taken.push(budgets.byEmail.take(`${email} ${address}`));
  // Refused ones do not count for the email: one address could use up the tries of all others.
  const isRefused = taken.some(({ retryAfter }) => retryAfter !== null);
  if (email !== null && !isRefused && !budgets.isKnown(attempt))
    taken.push(budgets.byEmailAnywhere.take(email));
  return Math.max(0, ...taken.map(({ retryAfter }) => retryAfter ?? 0));
}

import { RequestBudget } from './request-budget.ts';

/** Limits on attempts to sign in, by address and by email, so that guessing a password takes years. */
export interface SignInBudgets {
  readonly byAddress: RequestBudget;
  readonly byEmail: RequestBudget;
}

/** Allows 30 attempts per address and one more every 2 seconds; 10 per email and one more each minute. */
export function signInBudgets(): SignInBudgets {
  return { byAddress: new RequestBudget(30, 1 / 2), byEmail: new RequestBudget(10, 1 / 60) };
}

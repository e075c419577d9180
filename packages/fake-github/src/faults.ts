import type { Resource } from './rate-limits.ts';

/** Everything that can go wrong with a request, by name. */
export type FaultKind =
  | { readonly kind: 'status'; readonly status: number; readonly html?: boolean; readonly afterMs?: number }
  | { readonly kind: 'html' }
  | { readonly kind: 'cut-body' }
  | { readonly kind: 'empty-body' }
  | { readonly kind: 'wrong-body' }
  | { readonly kind: 'partial' }
  | { readonly kind: 'timed-out-query' }
  | { readonly kind: 'resource-limits' }
  | { readonly kind: 'stall' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'primary-limit'; readonly type?: 'RATE_LIMITED' | 'RATE_LIMIT' }
  | { readonly kind: 'secondary-limit'; readonly status: 200 | 403 | 429; readonly retryAfter?: number }
  | { readonly kind: 'run'; readonly run: () => void | Promise<void> };

/** The part of a request that decides if a fault applies. */
export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly resource: Resource;
  readonly query: string | null;
}

/** A fault, and when it applies: how many matching requests it skips, and how many it hits. */
export type Fault = FaultKind & {
  readonly when?: (target: FaultTarget) => boolean;
  readonly after?: number;
  readonly times?: number;
};

/** The faults that wait for a matching request. */
export class Faults {
  readonly #armed: { fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#armed.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#armed.length = 0;
  }

  get waiting(): number {
    return this.#armed.length;
  }

  /** Takes the fault of this request, if any; a request meets one at most. */
  take(target: FaultTarget): Fault | null {
    for (const [index, armed] of this.#armed.entries()) {
      if (!(armed.fault.when?.(target) ?? true)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      armed.left -= 1;
      if (armed.left === 0) this.#armed.splice(index, 1);
      return armed.fault;
    }
    return null;
  }
}

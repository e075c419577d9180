import { afterEach, expect, test, vi } from 'vitest';
import { watchNear } from './watch-near.ts';

type Seen = Pick<IntersectionObserverEntry, 'target' | 'isIntersecting'>;
const made: { margin: string; tell: (seen: Seen[]) => void; watched: Set<Element> }[] = [];

vi.stubGlobal(
  'IntersectionObserver',
  class {
    readonly #watched = new Set<Element>();
    constructor(tell: (seen: Seen[]) => void, { rootMargin }: { rootMargin: string }) {
      made.push({ margin: rootMargin, tell, watched: this.#watched });
    }
    observe(element: Element) {
      this.#watched.add(element);
    }
    unobserve(element: Element) {
      this.#watched.delete(element);
    }
  },
);
afterEach(() => vi.unstubAllGlobals());

test('elements of a margin share an observer, and each hears of itself until it leaves', () => {
  const [first, second] = [{} as Element, {} as Element];
  const heard: string[] = [];
  const leave = watchNear(first, 900, (isNear) => heard.push(`first ${isNear}`));
  watchNear(second, 900, (isNear) => heard.push(`second ${isNear}`));
  watchNear(second, 0, (isSeen) => heard.push(`second seen ${isSeen}`));
  expect(made.map(({ margin, watched }) => [margin, watched.size])).toEqual([
    ['900px 0px', 2],
    ['0px 0px', 1],
  ]);

  // A quick scroll past: in and out again in one go.
  made[0]?.tell([
    { target: first, isIntersecting: true },
    { target: second, isIntersecting: true },
    { target: first, isIntersecting: false },
  ]);
  made[1]?.tell([{ target: second, isIntersecting: true }]);
  expect(heard).toEqual(['first false', 'second true', 'second seen true']);

  leave();
  expect(made[0]?.watched).toEqual(new Set([second]));
  made[0]?.tell([{ target: first, isIntersecting: true }]);
  expect(heard).toHaveLength(3);
});

import type { Page } from 'playwright';

interface Felt {
  keys: number[];
  tasks: number[];
  frames: number[];
  /** The request of the next frame, while frames are timed. */
  frame: number;
  longtasks: PerformanceObserver;
}

declare global {
  interface Window {
    felt: Felt;
  }
}

/** Measures a page from inside: the wait of a key for its painted answer, and the tasks that block the page. */
export class FeltSpeed {
  #page: Page;
  keys: number[] = [];

  private constructor(page: Page) {
    this.#page = page;
  }

  /** `list` is the element whose `data-asked` names the text that its rows answer. */
  static async over(page: Page, list: string): Promise<FeltSpeed> {
    await page.evaluate((selector) => {
      const longtasks = new PerformanceObserver((seen) =>
        felt.tasks.push(...seen.getEntries().map(({ duration }) => duration)),
      );
      const felt: Felt = { keys: [], tasks: [], frames: [], frame: 0, longtasks };
      window.felt = felt;
      longtasks.observe({ type: 'longtask', buffered: true });
      // A message that a frame's callback sends arrives when that frame is painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => felt.keys.push(performance.now() - data);
      addEventListener(
        'keydown',
        ({ timeStamp }) => {
          const look = () => {
            const field = document.activeElement;
            const asked = document.querySelector<HTMLElement>(selector)?.dataset['asked'];
            if (field instanceof HTMLInputElement && asked === field.value) port2.postMessage(timeStamp);
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        },
        { capture: true },
      );
    }, list);
    return new FeltSpeed(page);
  }

  /** Presses a key, and waits until its answer is painted. */
  async press(key: string): Promise<void> {
    const before = await this.#page.evaluate(() => window.felt.keys.length);
    await this.#page.keyboard.press(key);
    await this.#page.waitForFunction((count) => window.felt.keys.length > count, before);
    this.keys.push((await this.#page.evaluate(() => window.felt.keys.at(-1))) ?? 0);
  }

  /** The longest task since the last call; browsers report tasks from 50 ms on. */
  async longestTask(): Promise<string> {
    const tasks = await this.#page.evaluate(() => {
      const { longtasks, tasks } = window.felt;
      return [...tasks.splice(0), ...longtasks.takeRecords().map(({ duration }) => duration)];
    });
    return tasks.length === 0 ? '< 50' : String(Math.round(worst(tasks)));
  }

  /** Scrolls an element down by a number of wheel turns, and returns the time of each frame. */
  async framesWhileScrolling(selector: string, turns: number): Promise<number[]> {
    await this.#page.locator(selector).hover();
    return this.framesDuring(async () => {
      for (let turn = 0; turn < turns; turn++) await this.#page.mouse.wheel(0, turn % 4 === 3 ? 9000 : 400);
    });
  }

  /** The time of each frame while something goes on. */
  async framesDuring(act: () => Promise<unknown>): Promise<number[]> {
    await this.#page.evaluate(() => {
      const { felt } = window;
      felt.frames = [];
      let last = performance.now();
      const look = (now: number) => {
        felt.frames.push(now - last);
        last = now;
        felt.frame = requestAnimationFrame(look);
      };
      felt.frame = requestAnimationFrame(look);
    });
    await act();
    return this.#page.evaluate(() => {
      cancelAnimationFrame(window.felt.frame);
      return window.felt.frames.slice(1);
    });
  }
}

/** The value in the middle. */
export function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

/** The largest value. */
export function worst(times: readonly number[]): number {
  return times.reduce((most, time) => Math.max(most, time), 0);
}

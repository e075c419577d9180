import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { takeTurn } from './frame-turns.ts';

let now = 0;
let frames: (() => void)[] = [];

beforeEach(() => {
  now = 0;
  frames = [];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => frames.push(draw));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Lets the browser draw one frame, and returns how many were asked for meanwhile. */
function drawFrame(): number {
  const [draw, ...others] = frames;
  frames = others;
  draw?.();
  return frames.length;
}

test('quick pieces share a frame, and a slow one leaves the rest to the next', () => {
  const drawn: string[] = [];
  for (const [name, takes] of [
    ['first', 1],
    ['second', 9],
    ['third', 1],
  ] as const)
    takeTurn(() => {
      drawn.push(name);
      now += takes;
    });
  expect(frames).toHaveLength(1);
  expect(drawFrame()).toBe(1);
  expect(drawn).toEqual(['first', 'second']);
  expect(drawFrame()).toBe(0);
  expect(drawn).toEqual(['first', 'second', 'third']);
});

test('a piece that is called off is not drawn, nor does it hold up another', () => {
  const drawn: string[] = [];
  const callOff = takeTurn(() => drawn.push('gone'));
  takeTurn(() => drawn.push('here'));
  callOff();
  drawFrame();
  expect(drawn).toEqual(['here']);
});

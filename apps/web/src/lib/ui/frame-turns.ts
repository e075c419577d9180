/** The part of a frame that drawing may take: the rest is for scrolling, layout and paint. */
const BUDGET_MS = 2;

let waiting: (() => void)[] = [];
let frame = 0;

/** Runs a piece of drawing in its turn, a few milliseconds of them in each frame. Returns how it is called off. */
export function takeTurn(draw: () => void): () => void {
  waiting.push(draw);
  if (frame === 0) frame = requestAnimationFrame(run);
  return () => (waiting = waiting.filter((one) => one !== draw));
}

function run(): void {
  const begun = performance.now();
  do waiting.shift()?.();
  while (waiting.length > 0 && performance.now() - begun < BUDGET_MS);
  frame = waiting.length > 0 ? requestAnimationFrame(run) : 0;
}

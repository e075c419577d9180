/** Draws a number from 0 to below. */
export type Random = (below: number) => number;

/** A piece of the product that reads text from strangers, with what must hold for every text. */
export interface FuzzTarget {
  readonly name: string;
  /** Throws where something does not hold. */
  readonly check: (text: string) => unknown;
  /** Texts to start from, beside random ones. */
  readonly samples?: readonly string[];
}

/** The bounds of a run. */
export interface FuzzBounds {
  readonly seed: number;
  /** The number of the first text: a run goes on where one of the same seed has ended. */
  readonly from?: number;
  readonly cases: number;
  /** Ends the run earlier. */
  readonly untilMs?: number;
  /** A text that takes longer counts as a hang. */
  readonly hangMs?: number;
  /** Hears of each text before it is tried. */
  readonly onText?: (number: number) => void;
}

/** A text for which something did not hold, with the seed that makes it again. */
export interface FuzzFinding {
  readonly target: string;
  readonly seed: number;
  readonly text: string;
  readonly reason: string;
}

/** A small generator with a seed: the same seed draws the same numbers on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const pieces = [
  ...['\n', '\n\n\n\n', '\r\n', '\t', ' ', '\0', '\\', '"', "'", '`', '/*', '*/', '//', '#', '--', '<!--'],
  ...['{', '}', '[', ']', '(', ')', '<', '>', ';', ':', '=', '|', '*', '**', '?', '!', '/', '../', '%', '$'],
  ...[
    'password=',
    'token: "',
    'Bearer ',
    'eyJ',
    'AKIA',
    'ghp_',
    '-----BEGIN ',
    'PRIVATE KEY-----',
    'export ',
  ],
  ...[
    'function f() {',
    'class A',
    'def f(x):',
    'fn main() {',
    'SELECT ',
    'CREATE TABLE ',
    '$$',
    'r#"',
    '"""',
  ],
  ...[
    'path:',
    'lang:go',
    'sym:',
    '-word',
    '/a+b/',
    '(a+)+$',
    '\u202e',
    '\u{e0041}',
    '\ud800',
    '\ufeff',
    'é',
    '日本',
  ],
  ...[
    '1',
    '0x',
    '1e999',
    '-1',
    '9'.repeat(40),
    'a'.repeat(300),
    '=',
    'https://u:p@h/',
    '@',
    '~',
    '^',
    '\u2028',
  ],
];

/** A text of the kind that breaks readers: pieces that mean something to one of them, repeated, nested and cut. */
export function hostileText(random: Random, samples: readonly string[] = []): string {
  let text = samples.length > 0 && random(3) > 0 ? (samples[random(samples.length)] ?? '') : '';
  const steps = 1 + random(30);
  for (let step = 0; step < steps; step += 1) {
    const piece = pieces[random(pieces.length)] ?? '';
    const at = random(text.length + 1);
    switch (random(5)) {
      case 0:
        text += piece.repeat(1 + random(random(10) === 0 ? 3000 : 20));
        break;
      case 1:
        text = text.slice(0, at) + piece + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(Math.min(text.length, at + random(20)));
        break;
      case 3:
        text += String.fromCharCode(random(0x3000));
        break;
      default:
        text += text.slice(at, at + random(200));
    }
    if (text.length > 60_000) return text.slice(0, 60_000);
  }
  return text;
}

/** A run ends after these: more of them say no more. */
const MOST_FINDINGS = 20;
/** How far the seeds of two texts are apart. */
const STEP = 7919;

/** The seed that makes one text of a run. */
export const seedOf = (seed: number, number: number): number => seed + number * STEP;

/** Tries a target with texts of consecutive seeds. Returns what did not hold; a text that failed is found by its seed. */
export async function fuzz(
  { name, check, samples = [] }: FuzzTarget,
  { seed, from = 0, cases, untilMs = Number.POSITIVE_INFINITY, hangMs = 5000, onText }: FuzzBounds,
): Promise<{ cases: number; findings: FuzzFinding[] }> {
  const findings: FuzzFinding[] = [];
  const begun = performance.now();
  let done = 0;
  for (; done < cases && performance.now() - begun < untilMs && findings.length < MOST_FINDINGS; done += 1) {
    const made = seedOf(seed, from + done);
    const text = hostileText(seededRandom(made), samples);
    onText?.(from + done);
    // The processor time of this thread: a busy machine is no hang.
    const { user } = process.threadCpuUsage();
    const reason = await reasonOf(check, text);
    const ms = (process.threadCpuUsage().user - user) / 1000;
    const problem = reason ?? (ms > hangMs ? `It took ${ms.toFixed(0)} ms.` : null);
    if (problem !== null) findings.push({ target: name, seed: made, text, reason: problem });
  }
  return { cases: done, findings };
}

async function reasonOf(check: FuzzTarget['check'], text: string): Promise<string | null> {
  try {
    await check(text);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

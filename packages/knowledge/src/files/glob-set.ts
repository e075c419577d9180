import { charactersOf, type GlobCharacter } from './glob-characters.ts';

/** All globs of a set may cost this much together: a path of 60 characters then takes about a millisecond. */
const MOST_COST = 50_000;
/** A class of characters is tested member by member where all others are looked up. */
const COST_OF_BRACKETS = 25;
/** No path in Git is longer, so no longer glob can be meant. */
export const LONGEST_GLOB = 4096;
/** No checkout holds a longer path of files that rules are written for. */
const LONGEST_PATH = 1000;
/** The characters whose masks are remembered. Paths in other alphabets may have thousands. */
const REMEMBERED = 256;

const WORD = 32;

/**
 * Globs as gitignore defines them: one without a slash inside matches at any depth, and a folder matches everything below.
 *
 * All globs are matched at once by one automaton whose states are the bits of some words: each character of a path moves
 * them all by a shift and a mask. The time is the path's length times a fixed number of words, whatever the globs say.
 * Regular expressions backtrack, and matching glob by glob multiplies: a repository could keep a server busy with either.
 */
export class GlobSet {
  /** How many globs are matched. Those beyond the limit of cost are not. */
  readonly size: number;
  readonly #words: number;
  /** Which glob ends at a state. */
  readonly #globOf: Int32Array;
  readonly #masks: Masks;
  readonly #advances = new Map<string, Uint32Array>();

  constructor(globs: readonly string[]) {
    const states: State[] = [];
    let size = 0;
    let cost = 0;
    for (const glob of globs) {
      const added = glob.length > LONGEST_GLOB ? [] : statesOf(glob, size);
      cost += added.length + (glob.includes('[') ? COST_OF_BRACKETS * glob.length : 0);
      if (cost > MOST_COST) break;
      states.push(...added);
      size += 1;
    }
    this.size = size;
    this.#words = Math.ceil(states.length / WORD);
    this.#globOf = Int32Array.from(states, ({ final }) => final ?? -1);
    this.#masks = masksOf(states, this.#words);
  }

  /** Returns the index of the last glob that matches a path, or -1. */
  lastMatch(path: string): number {
    if (path.length > LONGEST_PATH) return -1;
    let last = -1;
    let current = new Uint32Array(this.#words + 1);
    let next = new Uint32Array(this.#words + 1);
    current.set(this.#masks.start);
    for (const character of path) {
      const isSlash = character === '/';
      // A glob that matches a folder matches what is below it.
      if (isSlash) last = Math.max(last, this.#lastFinal(current));
      this.#step(current, next, isSlash ? null : this.#advanceOf(character));
      if (isSlash) this.#skipDeep(next);
      [current, next] = [next, current];
    }
    return Math.max(last, this.#lastFinal(current));
  }

  /** Moves all states by one character; a slash leads on where the glob has one, and leaves no loop. */
  #step(current: Uint32Array, next: Uint32Array, advance: Uint32Array | null): void {
    const { slash, loop, back } = this.#masks;
    let before = 0;
    let here = current[0] ?? 0;
    for (let word = 0; word < this.#words; word += 1) {
      // One word more than there are states, so that every read is inside of the array.
      const behind = current[word + 1] ?? 0;
      const forward = (here << 1) | (before >>> (WORD - 1));
      if (advance === null) next[word] = forward & (slash[word] ?? 0);
      else {
        const backward = (here >>> 1) | (behind << (WORD - 1));
        next[word] =
          (forward & (advance[word] ?? 0)) | (here & (loop[word] ?? 0)) | (backward & (back[word] ?? 0));
      }
      before = here;
      here = behind;
    }
  }

  /** `**` may stand for no folder at all, so the state before it reaches the one behind it without a character. */
  #skipDeep(states: Uint32Array): void {
    const { deep } = this.#masks;
    for (let word = this.#words - 1; word >= 0; word -= 1) {
      const here = (states[word] ?? 0) & (deep[word] ?? 0);
      if (here === 0) continue;
      states[word] = (states[word] ?? 0) | (here << 2);
      states[word + 1] = (states[word + 1] ?? 0) | (here >>> (WORD - 2));
    }
  }

  #lastFinal(states: Uint32Array): number {
    const { final } = this.#masks;
    for (let word = this.#words - 1; word >= 0; word -= 1) {
      const here = (states[word] ?? 0) & (final[word] ?? 0);
      if (here !== 0) return this.#globOf[word * WORD + (WORD - 1 - Math.clz32(here))] ?? -1;
    }
    return -1;
  }

  /** The states that a character leads to. */
  #advanceOf(character: string): Uint32Array {
    const remembered = this.#advances.get(character);
    if (remembered !== undefined) return remembered;
    const { any, literals, ranges } = this.#masks;
    const advance = Uint32Array.from(any);
    for (const state of literals.get(character) ?? []) setBit(advance, state);
    for (const { state, test } of ranges) if (test(character)) setBit(advance, state);
    if (this.#advances.size < REMEMBERED) this.#advances.set(character, advance);
    return advance;
  }
}

/** A place in a glob. The state after it has the next bit. */
interface State {
  /** The step that leads here from the state before; null for a glob's first state. */
  readonly enter: GlobCharacter | 'slash' | null;
  /** Whether the state stays while any character but a slash is read. */
  loops: boolean;
  /** Whether the state behind leads back here with any character but a slash: inside a folder that `**` skips. */
  readonly isSkipped: boolean;
  /** Whether the second state from here is reached without a character. */
  readonly isDeep: boolean;
  /** The glob that has matched once this state is reached at the end of a name. */
  final: number | null;
}

function statesOf(glob: string, index: number): State[] {
  const isAnchored = glob.replace(/\/$/, '').includes('/');
  const names = glob.replace(/^\//, '').replace(/\/$/, '').split('/');
  const parts = (isAnchored ? names : ['**', ...names]).filter(
    (name, at, all) => name !== '**' || all[at - 1] !== '**',
  );
  const states: State[] = [];
  const add = (enter: State['enter'], kind: Partial<State> = {}): void => {
    states.push({ enter, loops: false, isSkipped: false, isDeep: false, final: null, ...kind });
  };
  parts.forEach((part, at) => {
    // A `**` at the end asks for something below, so it leads nowhere.
    const leadsOn = part === '**' && at < parts.length - 1;
    // The state behind a `**` is the beginning of a name already.
    if (parts[at - 1] !== '**') add(at === 0 ? null : 'slash', { isDeep: leadsOn });
    if (part === '**') {
      add('any', { loops: true, isSkipped: leadsOn });
      if (leadsOn) add('slash');
      return;
    }
    for (const character of charactersOf(part)) {
      const last = states.at(-1);
      if (character !== 'many') add(character);
      else if (last !== undefined) last.loops = true;
    }
  });
  const last = states.at(-1);
  if (last !== undefined) last.final = index;
  return states;
}

interface Masks {
  readonly start: Uint32Array;
  readonly slash: Uint32Array;
  readonly any: Uint32Array;
  readonly loop: Uint32Array;
  readonly back: Uint32Array;
  readonly deep: Uint32Array;
  readonly final: Uint32Array;
  readonly literals: ReadonlyMap<string, readonly number[]>;
  readonly ranges: readonly { readonly state: number; readonly test: (character: string) => boolean }[];
}

function masksOf(states: readonly State[], words: number): Masks {
  const mask = (holds: (state: State, index: number) => boolean): Uint32Array => {
    const bits = new Uint32Array(words);
    states.forEach((state, index) => {
      if (holds(state, index)) setBit(bits, index);
    });
    return bits;
  };
  const literals = new Map<string, number[]>();
  const ranges: { state: number; test: (character: string) => boolean }[] = [];
  states.forEach(({ enter }, state) => {
    if (typeof enter === 'function') ranges.push({ state, test: enter });
    else if (enter !== null && typeof enter === 'object') {
      const known = literals.get(enter.literal);
      if (known === undefined) literals.set(enter.literal, [state]);
      else known.push(state);
    }
  });
  return {
    // A glob that begins with `**` also begins behind it.
    start: mask(
      ({ enter }, index) =>
        enter === null || (states[index - 2]?.enter === null && states[index - 2]?.isDeep === true),
    ),
    slash: mask(({ enter }) => enter === 'slash'),
    any: mask(({ enter }) => enter === 'any'),
    loop: mask(({ loops }) => loops),
    back: mask(({ isSkipped }) => isSkipped),
    deep: mask(({ isDeep }) => isDeep),
    final: mask(({ final }) => final !== null),
    literals,
    ranges,
  };
}

function setBit(bits: Uint32Array, index: number): void {
  const word = Math.floor(index / WORD);
  bits[word] = (bits[word] ?? 0) | (1 << (index % WORD));
}

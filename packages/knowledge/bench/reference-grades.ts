import type { SymbolKind } from '../src/facts/file-facts.ts';
import { origins, type ReferenceLink } from '../src/resolve/file-links.ts';
import { symbolKeys } from '../src/resolve/surface.ts';
import type { Resolved } from './check-imports.ts';

/** The lines where an oracle says that something is defined. */
export interface Place {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

interface Grade {
  right: number;
  wrong: number;
  /** The oracle says nothing about the name: it misses a type that comes from outside. */
  silent: number;
}

/** Counts how many references of each rule lead where an oracle says, and how many of its answers were found. */
export class ReferenceGrades {
  readonly #resolved: Resolved;
  readonly #show: string | undefined;
  readonly #grades = new Map<string, Grade>();
  readonly #isJudged: (kind: SymbolKind) => boolean;
  #files = 0;
  #reached = 0;
  #all = 0;

  /** `isJudged` tells of which kinds of symbols the oracle knows the uses. */
  constructor(
    resolved: Resolved,
    show: string | undefined,
    isJudged: (kind: SymbolKind) => boolean = () => true,
  ) {
    this.#resolved = resolved;
    this.#show = show;
    this.#isJudged = isJudged;
  }

  /** Grades one file by the places of the uses in it, under `line name`. */
  add(file: string, expected: ReadonlyMap<string, readonly Place[]>): void {
    this.#files += 1;
    const reached = new Set<string>();
    for (const reference of this.#resolved.links.get(file)?.references ?? []) {
      const id = this.#grade(file, reference, expected);
      if (id !== null) reached.add(id);
    }
    for (const [id, places] of expected) {
      // Parameters, local variables and other names without a symbol are not expected.
      if (!places.some((place) => this.#isSymbol(place, id.slice(id.indexOf(' ') + 1)))) continue;
      this.#all += 1;
      if (reached.has(id)) this.#reached += 1;
      else if (this.#show === 'missed') console.log(`${file}:${id} → ${shown(places)}`);
    }
  }

  /** Grades one reference; returns the use that it resolves rightly. */
  #grade(
    file: string,
    { line: at, origin, path, key }: ReferenceLink,
    expected: ReadonlyMap<string, readonly Place[]>,
  ): string | null {
    const { name, lines, kind } = this.#placeOf(path, key);
    if (!this.#isJudged(kind)) return null;
    const id = `${at} ${name}`;
    const said = expected.get(id);
    const isRight = said?.some(
      (place) => place.path === path && lines.some((each) => each >= place.from && each <= place.to),
    );
    const verdict = isRight === true ? 'right' : said === undefined ? 'silent' : 'wrong';
    this.#count(origin, verdict);
    if (verdict === 'right') return id;
    if (this.#show === origin || this.#show === verdict)
      console.log(`${file}:${id} ${origin} → ${path}:${lines.join('|')}, said ${shown(said ?? [])}`);
    return null;
  }

  print(): void {
    for (const [origin, grade] of [...this.#grades].sort())
      console.log(`  ${origin.padEnd(26)} ${line(grade)}`);
    for (const certainty of ['PROVEN', 'LIKELY', 'UNPROVEN']) {
      const sum: Grade = { right: 0, wrong: 0, silent: 0 };
      for (const [origin, grade] of this.#grades)
        if (Reflect.get(origins, origin) === certainty)
          for (const verdict of ['right', 'wrong', 'silent'] as const) sum[verdict] += grade[verdict];
      console.log(`${certainty.padEnd(9)} ${line(sum)}`);
    }
    console.log(`${this.#files} files; recall ${(this.#reached / this.#all).toFixed(3)} of ${this.#all}`);
  }

  #count(origin: string, verdict: keyof Grade): void {
    const grade = this.#grades.get(origin) ?? { right: 0, wrong: 0, silent: 0 };
    this.#grades.set(origin, grade);
    grade[verdict] += 1;
  }

  #placeOf(path: string, key: string): { name: string; lines: number[]; kind: SymbolKind } {
    const { symbols } = this.#resolved.facts.get(path) ?? { symbols: [] };
    const symbol = symbols[symbolKeys(symbols).indexOf(key)];
    // Overloads and repeated assignments are one symbol to a checker.
    const same = symbols.filter(({ qualifiedName }) => qualifiedName === symbol?.qualifiedName);
    return {
      name: symbol?.name ?? key,
      lines: same.map(({ line: at }) => at),
      kind: symbol?.kind ?? 'MODULE',
    };
  }

  #isSymbol({ path, from, to }: Place, name: string): boolean {
    const symbols = this.#resolved.facts.get(path)?.symbols ?? [];
    return symbols.some((each) => each.line >= from && each.line <= to && each.name === name);
  }
}

const shown = (places: readonly Place[]): string =>
  places.map(({ path, from }) => `${path}:${from}`).join(' ') || 'nothing';

function line({ right, wrong, silent }: Grade): string {
  return `${right} right, ${wrong} wrong, ${(right / (right + wrong)).toFixed(4)} (${silent} without an answer)`;
}

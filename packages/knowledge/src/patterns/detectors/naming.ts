import type { Detector, DigestedSnapshot, Tally } from '../detector.ts';
import type { FileDigest, NameStyle } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { comparePaths, Counts, Groups } from '../tally.ts';

/** Names that make a style a convention, and the share that may break it. */
const FEWEST_NAMES = 25;
const LARGEST_SHARE = 0.05;
const MOST_BREAKING = 10;

type Style = 'kebab-case' | 'snake_case' | 'camelCase' | 'PascalCase';

/** The style of a name; null for one word in small letters, which every style has, and for names of no style. */
export function styleOf(name: string): Style | null {
  const plain = name.replace(/^[_$#]+|[_$]+$/g, '');
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(plain)) return 'kebab-case';
  if (/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(plain)) return 'snake_case';
  if (/^[a-z][a-z0-9]*(?:[A-Z][a-zA-Z0-9]*)+$/.test(plain)) return 'camelCase';
  if (/^[A-Z][a-zA-Z0-9]*[a-z][a-zA-Z0-9]*$/.test(plain)) return 'PascalCase';
  return null;
}

const stylesOfNames = new WeakMap<readonly NameStyle[], readonly (Style | null)[]>();

/** The style of each name of a file. A process that keeps the file works them out once. */
function stylesOf(names: readonly NameStyle[]): readonly (Style | null)[] {
  const known = stylesOfNames.get(names) ?? names.map(({ name }) => styleOf(name));
  stylesOfNames.set(names, known);
  return known;
}

interface Named {
  readonly group: string;
  readonly name: string;
  readonly style: Style;
  readonly path: string;
  readonly line: number;
}

/** Files, functions and types that are named unlike nearly all others of their language. */
export const namingConvention: Detector = {
  name: 'naming-convention',
  version: 2,
  reads: ['styles', 'role', 'dialect', 'lengths'],
  tally: () => new NameTally(),
};

/** The names of a snapshot by group and style: how many, and in which files. */
class NameTally implements Tally {
  readonly #counts = new Map<string, Counts<Style>>();
  readonly #files = new Groups<string, true>();
  /** How many components each stem has. */
  readonly #components = new Counts<string>();
  /** Files that were counted as companions of a component. */
  readonly #companions = new Set<string>();
  /** Stems that got their first component or lost their last one. */
  readonly #moved = new Set<string>();

  count(path: string, before: FileDigest | null, now: FileDigest | null): void {
    this.#countFile(path, before, -1);
    const by = (now === null ? 0 : 1) - (before === null ? 0 : 1);
    if (by !== 0 && COMPONENT.test(path)) {
      const count = this.#components.add(stemOf(path), by);
      if (count === (by === 1 ? 1 : 0)) this.#moved.add(stemOf(path));
    }
    this.#settle(path);
    this.#countFile(path, now, 1);
  }

  find({ files }: DigestedSnapshot): FoundPattern[] {
    if (this.#moved.size > 0)
      for (const [path, file] of files) if (this.#moved.has(stemOf(path))) this.#countAgain(path, file);
    this.#moved.clear();
    return [...this.#counts]
      .sort(([a], [b]) => comparePaths(a, b))
      .flatMap(([group, counts]) => {
        const convention = conventionOf(group, counts);
        return convention === null ? [] : [breaking(convention, this.#others(convention, files))];
      });
  }

  #countAgain(path: string, file: FileDigest): void {
    this.#countFile(path, file, -1);
    this.#settle(path);
    this.#countFile(path, file, 1);
  }

  #settle(path: string): void {
    if (!COMPONENT.test(path) && this.#components.get(stemOf(path)) > 0) this.#companions.add(path);
    else this.#companions.delete(path);
  }

  #countFile(path: string, file: FileDigest | null, by: 1 | -1): void {
    if (file === null || !hasNames(path, file)) return;
    namesOf({ path, file, isCompanion: this.#companions.has(path) }, ({ group, style }) => {
      const own = this.#counts.get(group) ?? new Counts<Style>();
      this.#counts.set(group, own);
      own.add(style, by);
      if (by === 1) this.#files.put(`${group}\n${style}`, path, true);
      else this.#files.drop(`${group}\n${style}`, path);
    });
  }

  /** The names of a group in any other style than the usual one. */
  #others({ group, style: usual }: Convention, files: DigestedSnapshot['files']): Named[] {
    const paths = new Set<string>();
    for (const [style] of this.#counts.get(group)?.entries() ?? [])
      if (style !== usual)
        for (const path of this.#files.get(`${group}\n${style}`)?.keys() ?? []) paths.add(path);
    const others: Named[] = [];
    for (const path of [...paths].sort(comparePaths)) {
      const file = files.get(path);
      if (file === undefined) continue;
      namesOf({ path, file, isCompanion: this.#companions.has(path) }, (name) => {
        if (name.group === group && name.style !== usual) others.push(name);
      });
    }
    return others;
  }
}

const hasNames = (path: string, { role, styles, lengths }: FileDigest): boolean =>
  role === 'source' && !path.endsWith('.d.ts') && (styles !== undefined || lengths !== undefined);

/** A component, after which the files beside it are named. */
const COMPONENT = /\.(?:svelte|vue|astro|tsx|jsx)$/;
/** The path up to the first dot of its name. */
const stemOf = (path: string): string => path.replace(/([^/.])\.[^/]*$/, '$1');

function namesOf(
  {
    path,
    file: { dialect, styles = [] },
    isCompanion,
  }: {
    readonly path: string;
    readonly file: FileDigest;
    readonly isCompanion: boolean;
  },
  see: (name: Named) => void,
): void {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const stem = file.replace(/\..*$/, '');
  const fileStyle = styleOf(stem);
  // A name without an extension, such as `Rakefile`, is chosen by a tool.
  if (
    fileStyle !== null &&
    !isCompanion &&
    file.includes('.') &&
    !/^(?:[+_[(.]|(?:package|module)-info\.)/.test(file)
  )
    see({
      group: `${dialect} files`,
      name: file,
      style: fileStyle,
      path,
      line: 1,
    });
  const known = stylesOf(styles);
  for (const [index, { name, of, line }] of styles.entries()) {
    const style = known[index] ?? null;
    if (style === null || name.startsWith('_')) continue;
    // Components and constructors are functions with the names of types.
    if (of === 'FUNCTION' && style === 'PascalCase') continue;
    see({
      group: `${dialect} ${of === 'FUNCTION' ? 'functions' : 'types'}`,
      name,
      style,
      path,
      line,
    });
  }
}

interface Convention {
  readonly group: string;
  readonly style: Style;
  /** The share of names that follow it. */
  readonly percent: number;
}

/** The style of nearly all names of a group; null where there is none, or where every name follows it. */
function conventionOf(group: string, counts: Counts<Style>): Convention | null {
  const [usual] = [...counts.entries()].sort(([, a], [, b]) => b - a);
  const all = [...counts.entries()].reduce((sum, [, count]) => sum + count, 0);
  if (usual === undefined || all < FEWEST_NAMES) return null;
  const [style, following] = usual;
  const breaking = all - following;
  if (breaking === 0 || breaking > MOST_BREAKING || breaking > all * LARGEST_SHARE) return null;
  return { group, style, percent: Math.floor((100 * following) / all) };
}

function breaking({ group, style, percent }: Convention, others: readonly Named[]): FoundPattern {
  return {
    subject: [group, style, ...others.map(({ name, path }) => `${path}\0${name}`)].join('\n'),
    kind: 'NAMING',
    severity: 'LOW',
    certainty: 'LIKELY',
    title: `${others.length === 1 ? 'One name breaks' : `${others.length} names break`} the ${style} of ${group}`,
    description: `${percent >= 99 ? 'Nearly all' : 'More than nine in ten'} ${group} of this repository are named in ${style}. These are not: ${others.map(({ name }) => name).join(', ')}.`,
    suggestion: null,
    places: others.map(({ path, line }) => ({
      path,
      startLine: line,
      endLine: line,
    })),
  };
}

import type { Detector } from '../detector.ts';
import type { FileDigest, NameStyle } from '../file-digest.ts';
import type { FoundPattern } from '../found-pattern.ts';

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
  find: ({ files }) => {
    const groups = new Map<string, Map<Style, number>>();
    const companions = new Set([...files.keys()].filter((path) => COMPONENT.test(path)).map(stemOf));
    const counted = [...files].filter(
      ([path, { role, styles, lengths }]) =>
        role === 'source' && !path.endsWith('.d.ts') && (styles !== undefined || lengths !== undefined),
    );
    const eachName = (see: (name: Named) => void): void => {
      for (const [path, file] of counted) namesOf({ path, file, companions }, see);
    };
    eachName(({ group, style }) => {
      const own = groups.get(group) ?? new Map<Style, number>();
      groups.set(group, own);
      own.set(style, (own.get(style) ?? 0) + 1);
    });
    const conventions = [...groups].flatMap(([group, counts]) => conventionOf(group, counts) ?? []);
    if (conventions.length === 0) return [];
    const others = new Map(conventions.map(({ group }) => [group, [] as Named[]]));
    const usual = new Map(conventions.map(({ group, style }) => [group, style]));
    eachName((name) => {
      if (usual.get(name.group) !== name.style) others.get(name.group)?.push(name);
    });
    return conventions.map((each) => breaking(each, others.get(each.group) ?? []));
  },
};

/** A component, after which the files beside it are named. */
const COMPONENT = /\.(?:svelte|vue|astro|tsx|jsx)$/;
/** The path up to the first dot of its name. */
const stemOf = (path: string): string => path.replace(/([^/.])\.[^/]*$/, '$1');

function namesOf(
  {
    path,
    file: { dialect, styles = [] },
    companions,
  }: { readonly path: string; readonly file: FileDigest; readonly companions: ReadonlySet<string> },
  see: (name: Named) => void,
): void {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const stem = file.replace(/\..*$/, '');
  const fileStyle = styleOf(stem);
  // A name without an extension, such as `Rakefile`, is chosen by a tool.
  const isCompanion = !COMPONENT.test(path) && companions.has(stemOf(path));
  if (
    fileStyle !== null &&
    !isCompanion &&
    file.includes('.') &&
    !/^(?:[+_[(.]|(?:package|module)-info\.)/.test(file)
  )
    see({ group: `${dialect} files`, name: file, style: fileStyle, path, line: 1 });
  const known = stylesOf(styles);
  for (const [index, { name, of, line }] of styles.entries()) {
    const style = known[index] ?? null;
    if (style === null || name.startsWith('_')) continue;
    // Components and constructors are functions with the names of types.
    if (of === 'FUNCTION' && style === 'PascalCase') continue;
    see({ group: `${dialect} ${of === 'FUNCTION' ? 'functions' : 'types'}`, name, style, path, line });
  }
}

interface Convention {
  readonly group: string;
  readonly style: Style;
  /** The share of names that follow it. */
  readonly percent: number;
}

/** The style of nearly all names of a group; null where there is none, or where every name follows it. */
function conventionOf(group: string, counts: ReadonlyMap<Style, number>): Convention | null {
  const [usual] = [...counts].sort(([, a], [, b]) => b - a);
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
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
    places: others.map(({ path, line }) => ({ path, startLine: line, endLine: line })),
  };
}

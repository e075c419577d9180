import type { Detector } from '../detector.ts';
import type { FileDigest } from '../file-digest.ts';
import type { FoundPattern, PatternPlace } from '../found-pattern.ts';

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

interface Named {
  readonly name: string;
  readonly style: Style;
  readonly place: PatternPlace;
}

/** Files, functions and types that are named unlike nearly all others of their language. */
export const namingConvention: Detector = {
  name: 'naming-convention',
  version: 2,
  reads: ['styles', 'role', 'dialect', 'lengths'],
  find: ({ files }) => {
    const groups = new Map<string, Named[]>();
    const companions = new Set([...files.keys()].filter((path) => COMPONENT.test(path)).map(stemOf));
    for (const [path, file] of files)
      if (
        file.role === 'source' &&
        !path.endsWith('.d.ts') &&
        (file.styles !== undefined || file.lengths !== undefined)
      )
        for (const [group, named] of namesOf(path, file, companions)) {
          const own = groups.get(group);
          if (own === undefined) groups.set(group, [named]);
          else own.push(named);
        }
    return [...groups].flatMap(([group, names]) => [...breaking(group, names)]);
  },
};

/** A component, after which the files beside it are named. */
const COMPONENT = /\.(?:svelte|vue|astro|tsx|jsx)$/;
/** The path up to the first dot of its name. */
const stemOf = (path: string): string => path.replace(/([^/.])\.[^/]*$/, '$1');

function* namesOf(
  path: string,
  { dialect, styles = [] }: FileDigest,
  companions: ReadonlySet<string>,
): Generator<[string, Named]> {
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
    yield [`${dialect} files`, { name: file, style: fileStyle, place: { path, startLine: 1, endLine: 1 } }];
  for (const { name, of, line } of styles) {
    const style = styleOf(name);
    if (style === null || name.startsWith('_')) continue;
    // Components and constructors are functions with the names of types.
    if (of === 'FUNCTION' && style === 'PascalCase') continue;
    yield [
      `${dialect} ${of === 'FUNCTION' ? 'functions' : 'types'}`,
      { name, style, place: { path, startLine: line, endLine: line } },
    ];
  }
}

function* breaking(group: string, names: readonly Named[]): Generator<FoundPattern> {
  const counts = Map.groupBy(names, ({ style }) => style);
  const [usual] = [...counts].sort(([, a], [, b]) => b.length - a.length);
  if (usual === undefined || names.length < FEWEST_NAMES) return;
  const [style, following] = usual;
  const others = names.filter((each) => each.style !== style);
  if (others.length === 0 || others.length > MOST_BREAKING || others.length > names.length * LARGEST_SHARE)
    return;
  const percent = Math.floor((100 * following.length) / names.length);
  yield {
    subject: [group, style, ...others.map(({ name, place }) => `${place.path}\0${name}`)].join('\n'),
    kind: 'NAMING',
    severity: 'LOW',
    certainty: 'LIKELY',
    title: `${others.length === 1 ? 'One name breaks' : `${others.length} names break`} the ${style} of ${group}`,
    description: `${percent >= 99 ? 'Nearly all' : 'More than nine in ten'} ${group} of this repository are named in ${style}. These are not: ${others.map(({ name }) => name).join(', ')}.`,
    suggestion: null,
    places: others.map(({ place }) => place),
  };
}

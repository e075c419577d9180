import type { FolderSymbol, ModuleFacts } from './module-facts.ts';

type Offered = Pick<ModuleFacts, 'files' | 'symbols'>;

/** The exported definitions of a module that are not tests, in the order of their files and lines. */
export function offersOf({ files, symbols }: Offered): ModuleFacts['symbols'] {
  const tests = new Set(files.filter(({ isTest }) => isTest).map(({ path }) => path));
  const exported = symbols.filter(
    ({ isExported, path }) => isExported && !tests.has(path) && !SETTINGS.test(path),
  );
  const offered = withoutStrangers(exported);
  const hidden = new Set(offered.filter(isPrivate).map(placeOf));
  const own = offered.filter(
    (symbol) => !hidden.has(placeOf(symbol)) && !around(symbol).some((place) => hidden.has(place)),
  );
  return nameOnce(own.length > 0 ? own : offered);
}

/** Languages in which a second definition of a name is no overload: an accessor beside a reader, a condition, a trait. */
const ONE_EACH = /\.(rb|pyi?|rs)$/;

function nameOnce(symbols: ModuleFacts['symbols']): ModuleFacts['symbols'] {
  const found = new Set<string>();
  return symbols.filter((symbol) => {
    const place = placeOf(symbol);
    if (ONE_EACH.test(symbol.path) && found.has(place)) return false;
    return found.add(place);
  });
}

/** Files whose names a tool reads, and no other file. */
const SETTINGS =
  /(^|\/)((docs?\/(.*\/)?conf|setup|noxfile|tasks)\.py|[\w.-]+\.config\.[cm]?[jt]s|Rakefile|Gemfile|Guardfile)$/;

/** In Rust a file may give members to a type of another place; they belong to that one. */
function withoutStrangers(exported: ModuleFacts['symbols']): ModuleFacts['symbols'] {
  const names = new Set(exported.map(({ qualifiedName }) => qualifiedName));
  return exported.filter(({ path, qualifiedName }) => {
    const at = qualifiedName.indexOf('.');
    return !path.endsWith('.rs') || at < 0 || names.has(qualifiedName.slice(0, at));
  });
}

const placeOf = ({ path, qualifiedName }: FolderSymbol): string => `${path}\0${qualifiedName}`;

/** The places of what a definition stands in. */
function around({ path, qualifiedName }: FolderSymbol): string[] {
  const found: string[] = [];
  for (let at = qualifiedName.lastIndexOf('.'); at > 0; at = qualifiedName.lastIndexOf('.', at - 1))
    found.push(`${path}\0${qualifiedName.slice(0, at)}`);
  return found;
}

/** Names that a language's users are asked to leave alone, and those that only the language itself or a crate sees. */
export function isPrivate({
  path,
  qualifiedName,
  signature,
}: Pick<FolderSymbol, 'path' | 'qualifiedName' | 'signature'>): boolean {
  if (path.endsWith('.rs')) return /^pub\s*\((?:crate|super|self|in)\b/.test(signature ?? '');
  // In Go a method may be exported though its type is not.
  if (path.endsWith('.go')) return /^[a-z_]/.test(qualifiedName);
  if (!/\.pyi?$/.test(path)) return false;
  return (
    /(^|\/)_(?!_)[^/]*\.pyi?$/.test(path) ||
    /(^|\.)_/.test(qualifiedName) ||
    // Python's type variables are names of the file, not of its users.
    /=\s*(?:[\w.]+\.)?(?:TypeVar|ParamSpec|TypeVarTuple)\(/.test(signature ?? '')
  );
}

/**
 * The definitions that users of a module name first. A namespace that wraps everything in its file, as a module of Ruby
 * and a namespace of C# do, says nothing of the file, so what it holds stands in its place.
 */
export function topOffers(facts: Offered): ModuleFacts['symbols'] {
  const offered = offersOf(facts);
  return [...Map.groupBy(offered, ({ path }) => path).values()].flatMap((own) => {
    const wrappers = wrappersIn(own);
    return own.filter(({ qualifiedName }) => {
      const owner = qualifiedName.replace(/(?:[.#:]+[^.#:]*|[^.#:]+)$/, '');
      return !wrappers.has(qualifiedName) && (owner === '' || wrappers.has(owner));
    });
  });
}

/** The namespaces of a file that have all its other definitions inside or around them. */
function wrappersIn(own: readonly FolderSymbol[]): Set<string> {
  const names = [...new Set(own.map(({ qualifiedName }) => qualifiedName))];
  const [first = ''] = names;
  // What is around everything is around the first name too, so the thousands of namespaces of a generated file cost nothing.
  const spaces = own.filter((symbol) => isAround(symbol.qualifiedName, first) && isSpace(symbol, own));
  return new Set(
    spaces
      .map(({ qualifiedName }) => qualifiedName)
      .filter(
        (space) =>
          names.some((name) => isInside(name, space)) && names.every((name) => isAround(space, name)),
      ),
  );
}

/** A module or namespace, and in Ruby a class that is only opened again for the classes inside of it. */
function isSpace({ kind, path, qualifiedName }: FolderSymbol, own: readonly FolderSymbol[]): boolean {
  if (kind === 'MODULE' || kind === 'NAMESPACE') return true;
  if (kind !== 'CLASS' || !path.endsWith('.rb')) return false;
  const members = own.filter((each) => isInside(each.qualifiedName, qualifiedName));
  const direct = members.filter((each) => !each.qualifiedName.slice(qualifiedName.length + 1).includes('.'));
  return direct.length > 0 && direct.every((each) => each.kind === 'CLASS' || each.kind === 'MODULE');
}

/** The definitions of a reference, without namespaces that only wrap a file, and which of them users name first. */
export function referenceOf(facts: Offered): {
  readonly all: ModuleFacts['symbols'];
  readonly isTop: ReadonlySet<FolderSymbol>;
} {
  const offered = offersOf(facts);
  const wrappers = new Set(
    [...Map.groupBy(offered, ({ path }) => path)].flatMap(([path, own]) =>
      [...wrappersIn(own)].map((name) => `${path}\0${name}`),
    ),
  );
  const all = offered.filter((symbol) => !wrappers.has(placeOf(symbol)));
  return { all, isTop: new Set(topOffers(facts)) };
}

/** Whether one of two names stands inside of the other, or is it. */
const isAround = (one: string, other: string): boolean =>
  one === other || isInside(other, one) || isInside(one, other);

const isInside = (inner: string, outer: string): boolean => inner.startsWith(`${outer}.`);

/** Each definition once: an overload, and the same name in another form, stand for it a second time. */
export function onceEach(symbols: ModuleFacts['symbols']): ModuleFacts['symbols'] {
  const found = new Map<string, FolderSymbol>();
  for (const symbol of symbols) {
    const place = placeOf(symbol);
    if (symbol.qualifiedName.length > 1 && !found.has(place)) found.set(place, symbol);
  }
  return [...found.values()];
}

/**
 * The first of some definitions by their weight in the module: those with the most members, then those with a doc
 * comment, then the order of the files. What carries a module stands rarely in its first file.
 */
export function weightiest(
  top: ModuleFacts['symbols'],
  { offered, most }: { readonly offered: ModuleFacts['symbols']; readonly most: number },
): ModuleFacts['symbols'] {
  const members = new Map<string, number>();
  for (const symbol of offered)
    for (const place of around(symbol)) members.set(place, (members.get(place) ?? 0) + 1);
  const weight = (symbol: FolderSymbol): number => members.get(placeOf(symbol)) ?? 0;
  return top
    .map((symbol, index) => ({ symbol, index }))
    .toSorted(
      (a, b) =>
        weight(b.symbol) - weight(a.symbol) ||
        Number(b.symbol.documentation !== null) - Number(a.symbol.documentation !== null) ||
        a.index - b.index,
    )
    .slice(0, most)
    .map(({ symbol }) => symbol);
}

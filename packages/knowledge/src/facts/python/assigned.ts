import type { TypeRef } from '../file-facts.ts';
import type { Declared } from '../scopes.ts';
import type { Assigned, PythonText } from './python-text.ts';

/** A name that is given more values than this has no known type. */
const MOST_VALUES = 8;
/** Names that are given each other are followed this far. */
const LONGEST_CHAIN = 30;

/** The one type of all values that a name is given; null where they differ, or where one of them is unknown. */
export function agreed(types: readonly Assigned[]): TypeRef | null {
  const known = types.filter((type) => type !== 'NONE');
  const [first = null] = known;
  const text = JSON.stringify(first);
  return known.every((type) => type !== null && JSON.stringify(type) === text) ? first : null;
}

/** Adds a further value of a local name or of a field. */
export function addValue(text: PythonText, name: Declared | number, value: () => Assigned): void {
  const values = text.values.get(name) ?? [];
  text.values.set(name, values);
  if (values.length < MOST_VALUES) values.push(value);
  else if (values.length === MOST_VALUES) values.push(() => null);
}

/** The type of the first value of a name together with all further ones, worked out once. */
export function typeOfValues(
  text: PythonText,
  name: Declared | number,
  first: () => Assigned,
): TypeRef | null {
  const known = text.types.get(name);
  if (known !== undefined) return known;
  return following(text, name, () => {
    const type = agreed([first(), ...(text.values.get(name) ?? []).map((value) => value())]);
    text.types.set(name, type);
    return type;
  });
}

/** Works out the type of a name; null where it depends on itself. */
export function following(
  text: PythonText,
  name: Declared | number,
  work: () => TypeRef | null,
): TypeRef | null {
  if (text.following.has(name) || text.following.size > LONGEST_CHAIN) return null;
  text.following.add(name);
  try {
    return work();
  } finally {
    text.following.delete(name);
  }
}

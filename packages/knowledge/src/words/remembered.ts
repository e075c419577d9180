/**
 * Remembers what a pure function made of the texts it was given last. The bound is on the characters of these texts together; a
 * longer text is worked out each time.
 */
export function remembered<V>(make: (text: string) => V, mostCharacters: number): (text: string) => V {
  const known = new Map<string, { readonly value: V }>();
  let held = 0;
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) {
      // A map keeps the order of insertion, so what was used last stands last.
      known.delete(text);
      known.set(text, found);
      return found.value;
    }
    const value = make(text);
    if (text.length > mostCharacters) return value;
    known.set(text, { value });
    held += text.length;
    for (const oldest of known.keys()) {
      if (held <= mostCharacters) break;
      known.delete(oldest);
      held -= oldest.length;
    }
    return value;
  };
}

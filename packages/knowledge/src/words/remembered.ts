/**
 * Remembers what a pure function made of the texts it was given last. The bound is on the characters of these texts together; a
 * longer text is worked out each time.
 */
export function remembered<V>(make: (text: string) => V, mostCharacters: number): (text: string) => V {
  const known = new Map<string, { readonly value: V; again: boolean }>();
  let held = 0;
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) {
      found.again = true;
      return found.value;
    }
    const value = make(text);
    if (text.length > mostCharacters) return value;
    known.set(text, { value, again: false });
    held += text.length;
    // A map keeps the order of insertion. What was asked for again stays for another round: moving it at each question took longer
    // than most of what is remembered here.
    for (const [oldest, one] of known) {
      if (held <= mostCharacters) break;
      known.delete(oldest);
      if (one.again) known.set(oldest, { ...one, again: false });
      else held -= oldest.length;
    }
    return value;
  };
}

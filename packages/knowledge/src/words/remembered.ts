/**
 * Remembers what a pure function made of the texts it was given last. The bound is on the characters of these texts together; a
 * longer text is worked out each time.
 */
export function remembered<V>(make: (text: string) => V, mostCharacters: number): (text: string) => V {
  const known = new Map<string, { readonly value: V; again: boolean }>();
  const oldest = oldestOf(known);
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
    // What was asked for again stays for another round: moving it at each question took longer than most of what is remembered here.
    while (held > mostCharacters) {
      const [last, one] = oldest();
      known.delete(last);
      if (one.again) known.set(last, { ...one, again: false });
      else held -= last.length;
    }
    return value;
  };
}

/**
 * The entry of a map that was put in first, which the caller takes out. A map keeps the order of insertion, and the places of what
 * was taken out as well: a new walk would pass all of these each time.
 */
function oldestOf<V>(known: ReadonlyMap<string, V>): () => [string, V] {
  let walk = known.entries();
  return () => {
    let step = walk.next();
    if (step.done === true) {
      walk = known.entries();
      step = walk.next();
    }
    if (step.done === true) throw new Error('Nothing is remembered.');
    return step.value;
  };
}

/** Names that are stored for one text. A list of all words of a dictionary says nothing of what the code uses. */
const MOST_NAMES = 4000;
const BYTES = 3;

/** A name as 24 bits (FNV-1a). Two names that fall together can only hide a finding, never make one. */
export function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 24)) & 0xffffff;
}

/** The hashes of names, sorted and packed into a short text. */
export function packNames(names: Iterable<string>): string {
  const hashes = new Set<number>();
  for (const name of names) {
    if (hashes.size >= MOST_NAMES) break;
    hashes.add(nameHash(name));
  }
  const sorted = [...hashes].sort((a, b) => a - b);
  const bytes = Buffer.alloc(sorted.length * BYTES);
  for (const [index, hash] of sorted.entries()) bytes.writeUIntBE(hash, index * BYTES, BYTES);
  return bytes.toString('base64');
}

/** Reads packed hashes. */
export function unpackNames(packed: string): Uint32Array {
  const bytes = Buffer.from(packed, 'base64');
  const hashes = new Uint32Array(bytes.length / BYTES);
  for (let index = 0; index < hashes.length; index += 1) {
    const at = index * BYTES;
    hashes[index] = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  }
  return hashes;
}

/** The words of a text that may be names in code, or those of packages: `left-pad`, `@scope/name`. */
export function wordsOf(text: string): Set<string> {
  const names = new Set(text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  for (const [name] of text.matchAll(/(?:@[a-z0-9][\w.-]*\/)?[a-z0-9]\w*(?:[.-]\w+)*/g)) names.add(name);
  return names;
}

/** Packages that a text of code names in its strings, alone or with a path behind: tools are often told that way. */
export function packagesInStrings(text: string): Set<string> {
  const found = /['"`]((?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*)(?:\/[^'"`\s]{0,200})?['"`]/g;
  const names = [...text.matchAll(found)].flatMap(([, name]) => name ?? []);
  return new Set(names.filter((name) => /[-@/.]/.test(name)));
}

/** The words of a Rust text that may be crates: at the start of a path, of a macro's call, in `use` and in attributes. */
export function cratesIn(text: string): Set<string> {
  const found =
    /\b([a-z_][a-z0-9_]*)\s{0,9}(?:::|!)|\b(?:crate|use)\s{1,9}([a-z_][a-z0-9_]*)|#!?\[\s{0,9}([a-z_]\w*)/g;
  return new Set(
    [...text.matchAll(found)].map(([, path, used, attribute]) => path ?? used ?? attribute ?? ''),
  );
}

/** The names in a text of code that stand behind a dot, or alone in a string. */
export function* loosely(text: string): Generator<string> {
  for (const [, member, alone] of text.matchAll(/\.\s*#?([A-Za-z_$][\w$]*)|['"`]([A-Za-z_$][\w$]*)['"`]/g))
    yield member ?? alone ?? '';
}
